"""A board that a worker shows: the newest record, and how far its move is on this screen's own clock."""

from __future__ import annotations

from typing import Any

from tetris_arcade.ui.widgets.board_model import BoardModel, empty_view
from tetris_arcade.ui.widgets.piece_animation import MoveAnimation


class BoardPlayer:
    """Follows one board from frame to frame."""

    def __init__(self) -> None:
        self.view = empty_view()
        self.progress = 1.0
        self._clock = MoveAnimation()

    def show(self, record: Any, dt: float, *, is_paused: bool) -> None:
        """Take the newest BOARD record, `dt` seconds after the last."""
        self.view = BoardModel.from_record(record)
        self.progress = self._clock.advance(self.view, dt, is_paused=is_paused)
