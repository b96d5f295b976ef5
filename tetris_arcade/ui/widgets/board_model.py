"""What drawing a board derives from its position, its move and the values of its placements."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.displayed_board import DisplayedBoard
from tetris_arcade.engine.tetromino import (
    NUM_COLS,
    NUM_ROTATIONS,
    orientation,
    placement_col,
)

LETTERS = "ABCDEF"
"""The names of the candidates of a move."""
_NUM_BEST = 5
PlacementSpot = tuple[int, int, int]
"""(rotation, row, col) of the top-left cell of the trimmed piece."""


class BoardModel(DisplayedBoard):
    """A board as it is drawn: the values of its placements as spots and as heat of the columns."""

    @classmethod
    def of(cls, board: DisplayedBoard) -> BoardModel:
        """The same board, as it is drawn."""
        return cls(**{item.name: getattr(board, item.name) for item in fields(board)})

    @property
    def landing(self) -> PlacementSpot | None:
        """The placement of the move, None if there is none."""
        return None if self.action < 0 or self.col < 0 else (self.rotation, self.row, self.col)

    @cached_property
    def candidates(self) -> tuple[int, ...]:
        """The best distinct placements, the best first, and the chosen one if it is none of them."""
        if self.insight is not None and self.insight.actions:
            return self.insight.actions
        best = self._distinct[:_NUM_BEST]
        chosen = [self.action] if self.action in self._known else []
        shapes = {self._cells_key(action) for action in best}
        return (*best, *(action for action in chosen if self._cells_key(action) not in shapes))

    @cached_property
    def _distinct(self) -> tuple[int, ...]:
        """One action per placement, the highest value first."""
        spots: dict[Hashable, int] = {}
        for action in sorted(self._known, key=lambda action: -self._known[action]):
            spots.setdefault(self._cells_key(action), action)
        return tuple(spots.values())

    def _cells_key(self, action: int) -> Hashable:
        """The same for two actions that fill the same cells."""
        rotation, row, col = self.drop(action)
        cells = orientation(self.piece, rotation).cells
        return cells.shape, cells.tobytes(), row, col

    @cached_property
    def spot_heat(self) -> tuple[tuple[PlacementSpot, float], ...]:
        """Every distinct placement with its rank, from 0 for the worst to 1 for the best, which is last."""
        ranked = self._distinct
        last = max(1, len(ranked) - 1)
        return tuple(
            (self.drop(action), 1.0 - rank / last) for rank, action in reversed(list(enumerate(ranked)))
        )

    @cached_property
    def column_heat(self) -> NDArray[np.float64]:
        """(10,) the best value of the placements that cover each column, scaled from 0 for the worst column
        to 1 for the best; NaN if unknown."""
        heat = np.full(NUM_COLS, np.nan)
        for action, value in self._known.items():
            col = placement_col(self.piece, action)
            covered = heat[col : col + orientation(self.piece, action % NUM_ROTATIONS).width]
            np.fmax(covered, value, out=covered)
        # Scaled by columns, not placements: a single losing placement would make all columns look alike.
        low, high = np.fmin.reduce(heat), np.fmax.reduce(heat)
        return (heat - low) / (high - low) if high > low else heat * 0.0 + 1.0

    @cached_property
    def _known(self) -> dict[int, float]:
        """The values of the placements that fit between the walls, by action."""
        if self.is_empty:
            return {}
        return {
            action: value
            for action, value in enumerate(self.values.tolist())
            if math.isfinite(value) and self._fits(action)
        }

    def _fits(self, action: int) -> bool:
        width = orientation(self.piece, action % NUM_ROTATIONS).width
        return 0 <= placement_col(self.piece, action) <= NUM_COLS - width

    def drop(self, action: int) -> PlacementSpot:
        """The placement of the piece if it falls straight down."""
        rotation = action % NUM_ROTATIONS
        shape, col = orientation(self.piece, rotation), placement_col(self.piece, action)
        # The cells from the top of the piece to the lowest one in each column, inclusive.
        depth = shape.height - shape.cells[::-1].argmax(axis=0)
        return rotation, int((self.tops[col : col + shape.width] - depth).min()), col

    @cached_property
    def tops(self) -> NDArray[np.intp]:
        """(10,) the topmost filled row of each column, or the height of the board if there is none."""
        filled = self.cells != 0
        return np.where(filled.any(axis=0), filled.argmax(axis=0), self.height)


def empty_board(height: int = 20) -> BoardModel:
    """A board before its first game."""
    return BoardModel(np.zeros((height, NUM_COLS), np.uint8))
