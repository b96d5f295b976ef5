"""A game played with one button: the piece turns by itself, then slides, and the button says when."""

from __future__ import annotations

from tetris_arcade.realtime.controls import Control
from tetris_arcade.realtime.game import RealtimeGame

_PACE = 0.4
"""Of the time per line of a menu: a piece has four turns and ten columns."""


class OneButtonHand:
    """Turns the piece until the button is pressed, slides it to and fro until it is pressed again: it drops.

    Each step is one tap of a control. menu_seconds: how long the highlight stays on a line of a menu.
    """

    def __init__(self, menu_seconds: float) -> None:
        self._seconds = menu_seconds * _PACE
        self._passed = 0.0
        self._slides = False
        self._direction = Control.MOVE_LEFT
        self._num_pieces = 0
        self._col: int | None = None
        """Of the piece before the last slide; None after a turn."""

    def update(self, game: RealtimeGame, dt: float) -> list[Control]:
        """The controls that are tapped in a frame, after `dt` seconds."""
        if game.tally.pieces != self._num_pieces:
            self._start_piece(game)
        self._passed += dt
        if self._passed < self._seconds or game.piece is None:
            return []
        self._passed = 0.0
        if not self._slides:
            return [Control.ROTATE_RIGHT]
        if game.piece.col == self._col:  # at the wall
            is_left = self._direction is Control.MOVE_LEFT
            self._direction = Control.MOVE_RIGHT if is_left else Control.MOVE_LEFT
        self._col = game.piece.col
        return [self._direction]

    def press(self) -> list[Control]:
        """The controls that the button taps now."""
        self._passed = 0.0
        if self._slides:
            return [Control.HARD_DROP]
        self._slides, self._col = True, None
        return []

    def _start_piece(self, game: RealtimeGame) -> None:
        self._num_pieces, self._passed = game.tally.pieces, 0.0
        self._slides, self._direction, self._col = False, Control.MOVE_LEFT, None
