"""A board in color: which piece each cell came from. The kernels need only bits; this is for display."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.board import WALLED, add_walls, columns_from_cells, landing
from tetris_arcade.engine.jit import kernel
from tetris_arcade.engine.tetromino import (
    EMPTY,
    GARBAGE,
    NUM_COLS,
    NUM_ROTATIONS,
    decode_action,
    orientation,
    placement_col,
)


@dataclass(frozen=True)
class PlacedPiece:
    """One placement, for display.

    `row` and `col` are the top left cell of the trimmed piece where it locked, or None if it could not lock
    (illegal, or it collided at spawn). `cleared_rows` are the indices of the cleared rows, top first, before
    they were removed.
    """

    piece: int
    action: int
    row: int | None
    col: int | None
    cleared_rows: tuple[int, ...] = ()

    @property
    def lines(self) -> int:
        return len(self.cleared_rows)


class ColorBoard:
    """The colors of one game's board: `cells` is (H, 10) uint8, 0 empty, 1..7 piece + 1, 8 garbage."""

    def __init__(self, height: int) -> None:
        self.height = height
        self.cells: NDArray[np.uint8] = np.zeros((height, NUM_COLS), np.uint8)
        self._columns, self._walled = np.zeros(NUM_COLS, np.int64), np.zeros(WALLED, np.int64)

    def clear(self) -> None:
        """Empty the board."""
        self.cells[:] = EMPTY

    def lock(self, piece: int, action: int) -> PlacedPiece:
        """Drop and lock a piece and clear the full rows."""
        row, col = self._landing_cell(piece, action)
        if row is None or col is None:
            return PlacedPiece(piece, action, None, None)
        shape = orientation(piece, decode_action(action)[1])
        self.cells[row : row + shape.height, col : col + shape.width][shape.cells] = piece + 1
        full = np.flatnonzero(self.cells.all(axis=1))
        if full.size:
            remaining = np.delete(self.cells, full, axis=0)
            self.cells[: full.size] = EMPTY
            self.cells[full.size :] = remaining
        return PlacedPiece(piece, action, row, col, tuple(int(r) for r in full))

    def apply_garbage(self, columns: NDArray[np.int64]) -> None:
        """Push in the garbage row that (10,) int64 `columns` show below; do nothing if boards are equal."""
        columns_from_cells(self.cells, self._columns)
        if np.array_equal(self._columns, columns):
            return
        self.cells[:-1] = self.cells[1:]
        self.cells[-1] = np.where(columns & 1, GARBAGE, EMPTY)

    def reset_from_columns(self, columns: NDArray[np.int64], colors: NDArray[np.uint8] | None = None) -> None:
        """Copy a board with the colors of its cells; if they are unknown, every filled cell becomes garbage.

        colors: cells of that board as they were saved, or None; those of another board are ignored.
        """
        rows = np.arange(self.height - 1, -1, -1)[:, np.newaxis]
        self.cells[:] = np.where(columns[np.newaxis, :] >> rows & 1, GARBAGE, EMPTY)
        if colors is None or colors.shape != self.cells.shape or colors.max() > GARBAGE:
            return
        if np.array_equal(colors != EMPTY, self.cells != EMPTY):
            self.cells[:] = colors

    def _landing_cell(self, piece: int, action: int) -> tuple[int | None, int | None]:
        rotation, col = decode_action(action)[1], placement_col(piece, action)
        shape = orientation(piece, rotation)
        if not 0 <= col <= NUM_COLS - shape.width:
            return None, None
        columns_from_cells(self.cells, self._columns)
        y = _land(self._columns, self.height, piece * NUM_ROTATIONS + rotation, col, self._walled)
        return (self.height - y - shape.height, col) if y >= 0 else (None, None)


@kernel
def _land(columns: Any, height: int, shape: int, left: int, walled: Any) -> int:
    add_walls(columns, height, walled)
    return landing(walled, height, shape, left)
