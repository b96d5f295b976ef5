"""What a model makes of placements: advice on one board, and the review of a whole game, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.env import NUM_COLS

Cells = tuple[tuple[int, int], ...]
"""(row, col) of filled cells, row 0 on top, in ascending order."""
NUM_ADVISED = 3
"""Placements that are shown of a board."""
NUM_COSTLY = 3
"""Placements that are shown of a game."""


@dataclass(frozen=True)
class PlacedPiece:
    """A position in a game, and where the piece was put.

    board: the cells before, row by row, a digit each: 0 empty, 1..7 piece + 1, 8 garbage. piece, next_piece:
    0..6.
    """

    board: str
    piece: int
    next_piece: int
    cells: Cells

    @property
    def height(self) -> int:
        """The rows of the board."""
        return len(self.board) // NUM_COLS

    @property
    def board_cells(self) -> NDArray[np.uint8]:
        """(H, NUM_COLS) uint8, a copy."""
        return np.array([int(digit) for digit in self.board], np.uint8).reshape(-1, NUM_COLS)


@dataclass(frozen=True)
class RatedPlacement:
    """Where a piece can be put, and what the model says that this is worth."""

    cells: Cells
    value: float


@dataclass(frozen=True)
class CostlyPlacement:
    """A placement that is worth less, by the model's values, than the one that the model would have made.

    number: how many pieces were placed with it. reasons: (group of features, what it contributes to the
    value of `best` less that of `placed`), the largest magnitude first; they add up to that difference.
    """

    number: int
    position: PlacedPiece
    placed: RatedPlacement
    best: RatedPlacement
    reasons: tuple[tuple[str, float], ...]

    @property
    def cost(self) -> float:
        """How much more the model's placement is worth, by its own values."""
        return self.best.value - self.placed.value


@dataclass(frozen=True)
class GameReview:
    """A game as a model sees it.

    model: its name. placements: those that it can judge. same: how many of them are those that it would have
    made. costliest: at most NUM_COSTLY, the costliest first.
    """

    model: str
    placements: int
    same: int
    costliest: tuple[CostlyPlacement, ...]
