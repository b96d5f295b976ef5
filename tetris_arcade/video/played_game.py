"""What people played as a video: in real time, or faster or slower."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Protocol

from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.machine_recording import MachinePlayback
from tetris_arcade.realtime.match_recording import MatchRecording
from tetris_arcade.realtime.modes import SECOND
from tetris_arcade.realtime.recording import Playback, Recording
from tetris_arcade.ui.widgets.board import draw_board
from tetris_arcade.ui.widgets.board_model import BoardModel, empty_board
from tetris_arcade.ui.widgets.played_board import PlayedBoard, draw_played_board
from tetris_arcade.video.renderer import GAME_OVER_SECONDS, DrawBoard, OpponentFrame, VideoFrame


class _TimedPlayback(Protocol):
    def advance(self, to_us: int) -> object:
        """Go to a time; an earlier one changes nothing."""


class PlayedVideo(ABC):
    """Plays something back. speed: pieces per second on the average of the game, None for real time."""

    num_boards = 1

    def __init__(
        self, playback: _TimedPlayback, end_us: int, pieces: int, speed: float | None = None
    ) -> None:
        pace = pieces * SECOND / max(1, end_us)
        self._factor = speed / pace if speed is not None and pace > 0 else 1.0
        self._end_us = end_us
        self._playback = playback
        self._skipped_us = 0

    @property
    @abstractmethod
    def moves(self) -> int:
        """The pieces that were placed in the frames so far."""

    @abstractmethod
    def _frame(self) -> VideoFrame:
        """What is shown now."""

    def skip(self, pieces: int) -> None:
        """Start when that many pieces have locked; a game that ends earlier stays at its end."""
        step = SECOND // 60
        while self.moves < pieces and self._skipped_us < self._end_us:
            self._skipped_us = min(self._skipped_us + step, self._end_us)
            self._playback.advance(self._skipped_us)

    def frames(self, frames_per_second: int, seconds: float) -> Iterator[VideoFrame]:
        """The frames, up to `seconds`, or until the end of the game has been seen."""
        for number in range(round(seconds * frames_per_second)):
            passed_us = round(number * self._factor * SECOND / frames_per_second)
            time_us = self._skipped_us + passed_us
            if time_us > self._end_us + GAME_OVER_SECONDS * self._factor * SECOND:
                return
            self._playback.advance(min(time_us, self._end_us))
            yield self._frame()


class PlayedGameVideo(PlayedVideo):
    """The game of one person."""

    def __init__(self, recording: Recording, pieces: int, speed: float | None = None) -> None:
        playback = recording.start_playback()
        self._game = playback.game
        super().__init__(playback, recording.end_us, pieces, speed)

    @property
    def moves(self) -> int:
        return self._game.tally.pieces

    def _frame(self) -> VideoFrame:
        game, tally = self._game, self._game.tally
        return VideoFrame(
            _draw_person(game),
            tally.lines,
            tally.pieces,
            tally.score,
            game.next_pieces,
            game.held_piece,
            _time_text(game.now_us),
        )


class MatchVideo(PlayedVideo):
    """A game of two sides, the first person on the left."""

    num_boards = 2

    def __init__(self, recording: MatchRecording, pieces: int, speed: float | None = None) -> None:
        playback = recording.start_playback()
        self._match = playback
        super().__init__(playback, recording.end_us, pieces, speed)

    @property
    def moves(self) -> int:
        return self._match.first.game.tally.pieces

    def _frame(self) -> VideoFrame:
        game, other = self._match.first.game, self._match.opponent
        tally, others = game.tally, _opponent(other)
        time = _time_text(game.now_us)
        draw = _draw_person(game)
        return VideoFrame(draw, tally.lines, tally.pieces, tally.score, (), None, time, others)


def _draw_person(game: RealtimeGame) -> DrawBoard:
    board = PlayedBoard(game.board.visible_cells(), game.piece, game.ghost, game.lock_share)
    return lambda canvas, rect: draw_played_board(canvas, rect, board)


def _opponent(playback: Playback | MachinePlayback) -> OpponentFrame:
    if isinstance(playback, Playback):
        tally = playback.game.tally
        return OpponentFrame(_draw_person(playback.game), tally.lines, tally.pieces)
    side, progress = playback.side, playback.progress
    view = empty_board() if playback.board is None else BoardModel.of(playback.board)
    return OpponentFrame(
        lambda canvas, rect: draw_board(canvas, rect, view, progress), side.lines, side.pieces
    )


def _time_text(time_us: int) -> str:
    seconds = time_us // SECOND
    return f"{seconds // 60}:{seconds % 60:02}"
