"""The coach: a model's advice while a person plays, and its review of a game."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tetris_arcade.config.env import NUM_COLS
from tetris_arcade.config.game_review import PlacedPiece
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.realtime.positions import positions_of_recording
from tetris_arcade.realtime.stored_games import recording_from
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.played_games import PlayedGame, load_any_replay, parse_any_replay
from tetris_arcade.storage.replays import Replay
from tetris_arcade.training.game_review import positions_of_replay, review_game
from tetris_arcade.training.placement_rater import PlacementRater
from tetris_arcade.training.players import NetworkPlayer, load_player
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.child.kernels import load_kernels
from tetris_arcade.worker.child.main import TaskError
from tetris_arcade.worker.shared.messages import (
    Advice,
    Advise,
    CoachTask,
    Progress,
    Reviewed,
    ReviewTask,
    Warned,
)

_POLL_SECONDS = 0.1
_SECONDS_BETWEEN_REPORTS = 0.1
_ROWS = 20


class _StoppedError(Exception):
    """The review was stopped."""


def run_coach_task(task: CoachTask, paths: DataPaths, channel: Channel) -> str:
    """Answer questions until stopped."""
    rater = PlacementRater(_start(task.player, paths, channel))
    channel.mark_started()
    while not channel.is_stopping:
        channel.mark_progress()
        for command in channel.commands():
            if isinstance(command, Advise):
                channel.report(Advice(command.number, tuple(rater.advise(command.position))))
            else:
                channel.report(Warned("A coach only gives advice."))
        channel.wait_for_command(_POLL_SECONDS)
    return "it was stopped"


def run_review_task(task: ReviewTask, paths: DataPaths, channel: Channel) -> str:
    """Review the game and report what came of it; a stop ends the task without a result."""
    player = _start(task.player, paths, channel)
    try:
        game = load_any_replay(Path(task.file)) if task.file else parse_any_replay(task.content.encode())
        positions, total = _positions(game)
        channel.mark_started()
        review = review_game(player, _followed(channel, positions, total))
    except StorageError as error:
        raise TaskError(str(error)) from error
    except _StoppedError:
        return "it was cancelled"
    channel.report(Reviewed(review))
    return "the game was reviewed"


def _start(name: str, paths: DataPaths, channel: Channel) -> NetworkPlayer:
    """Load the kernels and the model, and rate one board, so that the next one takes no time."""
    load_kernels(channel)
    try:
        player = load_player(name, paths)
    except StorageError as error:
        raise TaskError(str(error)) from error
    if not isinstance(player, NetworkPlayer):
        raise TaskError(f"{name} rates no placements: choose another model")
    PlacementRater(player).advise(PlacedPiece("0" * _ROWS * NUM_COLS, 0, 0, ()))
    return player


def _positions(game: Replay | PlayedGame) -> tuple[Iterable[PlacedPiece], int]:
    """(the placements of a game, how many there are)."""
    if isinstance(game, PlayedGame):
        return positions_of_recording(recording_from(game)), game.pieces
    return positions_of_replay(game), len(game.actions)


def _followed(channel: Channel, positions: Iterable[PlacedPiece], total: int) -> Iterator[PlacedPiece]:
    """The positions, with reports of the progress; raises _StoppedError if the task is to end."""
    next_report_at = 0.0
    for number, position in enumerate(positions):
        channel.mark_progress()
        for _ in channel.commands():
            channel.report(Warned("A review only accepts stop."))
        if channel.is_stopping:
            raise _StoppedError
        if time.monotonic() >= next_report_at:
            next_report_at = time.monotonic() + _SECONDS_BETWEEN_REPORTS
            channel.report(Progress(number / max(1, total)))
        yield position
