"""A board shown by a worker: its newest record, and the progress of its move on this screen's clock."""

from __future__ import annotations

from typing import Any

from tetris_arcade.ui.widgets.board_model import BoardModel, empty_board
from tetris_arcade.ui.widgets.piece_animation import MoveAnimation
from tetris_arcade.worker.shared.board_record import read_board


class BoardPlayer:
    """Follows one board from frame to frame.

    view: the newest board. progress: 0..1 of its move. is_moving: whether that changed in the last frame.
    """

    def __init__(self) -> None:
        self.view = empty_board()
        self.progress = 1.0
        self.is_moving = False
        self._clock = MoveAnimation()

    def show(self, record: Any, dt: float, *, is_paused: bool, shows_values: bool = False) -> None:
        """Show the newest BOARD record, `dt` seconds after the last frame."""
        self.view = read_board(record, BoardModel)
        progress = self._clock.advance(self.view, dt, is_paused=is_paused, shows_values=shows_values)
        self.is_moving, self.progress = progress != self.progress, progress
