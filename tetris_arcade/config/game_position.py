"""A running game in another player's hands: the board and the pieces, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.env import NUM_COLS


@dataclass(frozen=True)
class GamePosition:
    """Everything that another player needs to play a game on.

    board: the cells, row by row, a digit each: 0 empty, 1..7 piece + 1, 8 garbage. pieces_ahead: a digit for
    each piece 0..6 that comes, the active one first. lines, pieces, score: of the game so far.
    """

    board: str
    pieces_ahead: str
    lines: int = 0
    pieces: int = 0
    score: int = 0

    def __post_init__(self) -> None:
        if not self.board or len(self.board) % NUM_COLS or not set(self.board) <= set("012345678"):
            raise ValueError("board must be rows of ten digits 0..8")
        if not self.pieces_ahead or not set(self.pieces_ahead) <= set("0123456"):
            raise ValueError("pieces_ahead must be digits 0..6, at least one")

    @property
    def height(self) -> int:
        """The rows of the board."""
        return len(self.board) // NUM_COLS

    @property
    def cells(self) -> NDArray[np.uint8]:
        """(H, NUM_COLS) uint8, a copy."""
        return np.array([int(digit) for digit in self.board], np.uint8).reshape(-1, NUM_COLS)

    @property
    def piece_numbers(self) -> tuple[int, ...]:
        """The pieces that come, 0..6, the active one first."""
        return tuple(int(digit) for digit in self.pieces_ahead)


def digits(numbers: NDArray[np.uint8] | list[int] | tuple[int, ...]) -> str:
    """Numbers below ten, or the cells of a board row by row, as a text of digits."""
    return "".join(map(str, np.asarray(numbers).ravel().tolist()))
