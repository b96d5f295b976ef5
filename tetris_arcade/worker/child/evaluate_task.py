"""The evaluation task: plays many games without showing them."""

from __future__ import annotations

from tetris_arcade.config.evaluation import EvaluationConditions
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.training.evaluation import evaluate_under
from tetris_arcade.training.players import load_player
from tetris_arcade.training.run_metadata import save_evaluation
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.kernels import load_kernels
from tetris_arcade.worker.child.main import TaskError
from tetris_arcade.worker.child.pacer import Pacer
from tetris_arcade.worker.shared.messages import (
    Evaluated,
    EvaluateTask,
    Progress,
    QueuedCommand,
    Warned,
)


class _StoppedError(Exception):
    """The evaluation was stopped."""


def run_evaluate_task(task: EvaluateTask, paths: DataPaths, channel: Channel) -> str:
    """Play the games and report the result; a stop ends the task without one."""
    load_kernels(channel)
    try:
        player = load_player(task.slot, paths)
    except StorageError as error:
        raise TaskError(str(error)) from error

    def on_command(_: QueuedCommand) -> None:
        channel.report(Warned("An evaluation only accepts pause and stop."))

    pacer = Pacer(channel, on_command, channel.publish_frame)

    def on_progress(fraction: float) -> None:
        if not pacer.wait_for_turn():
            raise _StoppedError
        channel.report(Progress(fraction))

    channel.mark_started()
    try:
        conditions = EvaluationConditions(
            task.games, task.max_pieces, task.pieces, task.height, task.lookahead
        )
        result = evaluate_under(player, conditions, task.seed, progress=on_progress)
    except _StoppedError:
        return "it was cancelled"
    if task.saves_result:
        save_evaluation(paths, task.slot, result)
    channel.report(Evaluated(task.slot, result.summary()))
    return "all games were played"
