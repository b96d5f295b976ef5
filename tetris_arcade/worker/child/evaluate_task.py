"""Measures a player over many games, without showing them."""

from __future__ import annotations

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.engine.compile_kernels import warm_up
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.training.evaluation import evaluate
from tetris_arcade.training.players import load_player
from tetris_arcade.training.run_metadata import save_evaluation
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.main import TaskError
from tetris_arcade.worker.child.pacer import Pacer
from tetris_arcade.worker.shared.messages import (
    Evaluated,
    EvaluateTask,
    Progress,
    QueuedCommand,
    Stage,
    Warned,
)


class _StoppedError(Exception):
    """The viewer wants no result any more."""


def run_evaluate_task(task: EvaluateTask, paths: DataPaths, channel: Channel) -> str:
    """Play the games and report what came out; a stop ends it without a result."""
    warm_up(lambda name, share: channel.report(Stage(name, share)))
    try:
        player = load_player(task.slot, paths)
    except StorageError as error:
        raise TaskError(str(error)) from error

    def obey(_: QueuedCommand) -> None:
        channel.report(Warned("An evaluation takes no commands but pause and stop."))

    gate = Pacer(channel, obey, channel.publish_frame)

    def on_progress(fraction: float) -> None:
        if not gate.passes():
            raise _StoppedError
        channel.report(Progress(fraction))

    channel.begin()
    try:
        result = evaluate(
            player,
            games=task.games,
            max_pieces=task.max_pieces,
            pieces=task.pieces,
            height=task.height,
            lookahead=int(task.lookahead),
            seed=task.seed,
            progress=on_progress,
        )
    except _StoppedError:
        return "stopped before the end"
    if task.is_kept:
        save_evaluation(paths, task.slot, result)
    channel.report(Evaluated(task.slot, result.summary()))
    return "all games played"
