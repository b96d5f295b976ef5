"""A board that a worker shows: the newest record, and how far its move is on this screen's own clock."""

from __future__ import annotations

from typing import Any

from tetris_arcade.ui.widgets.board_model import BoardView, empty_view
from tetris_arcade.ui.widgets.piece_animation import MoveClock


class Playback:
    """Follows one board from frame to frame."""

    def __init__(self) -> None:
        self.view = empty_view()
        self.progress = 1.0
        self._clock = MoveClock()

    def show(self, record: Any, dt: float, *, is_paused: bool) -> None:
        """Take the newest BOARD record, `dt` seconds after the last."""
        self.view = BoardView.from_record(record)
        self.progress = self._clock.advance(self.view, dt, is_paused=is_paused)
