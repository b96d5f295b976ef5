"""A person's game as a video: in real time, or faster or slower."""

from __future__ import annotations

from collections.abc import Iterator

from tetris_arcade.realtime.modes import SECOND
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.ui.widgets.played_board import PlayedBoard, draw_played_board
from tetris_arcade.video.renderer import GAME_OVER_SECONDS, VideoFrame


class PlayedGameVideo:
    """Plays a recording back. speed: pieces per second on the average of the game, None for real time."""

    def __init__(self, recording: Recording, pieces: int, speed: float | None = None) -> None:
        pace = pieces * SECOND / max(1, recording.end_us)
        self._factor = speed / pace if speed is not None and pace > 0 else 1.0
        self._end_us = recording.end_us
        self._playback = recording.start_playback()
        self._skipped_us = 0

    @property
    def moves(self) -> int:
        return self._playback.game.tally.pieces

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

    def _frame(self) -> VideoFrame:
        game = self._playback.game
        tally = game.tally
        board = PlayedBoard(game.board.visible_cells(), game.piece, game.ghost, game.lock_share)
        return VideoFrame(
            lambda canvas, rect: draw_played_board(canvas, rect, board),
            tally.lines,
            tally.pieces,
            tally.score,
            game.next_pieces,
            game.held_piece,
            _time_text(game.now_us),
        )


def _time_text(time_us: int) -> str:
    seconds = time_us // SECOND
    return f"{seconds // 60}:{seconds % 60:02}"
