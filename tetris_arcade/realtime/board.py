"""The board of the real-time game: 20 visible rows, or those of a model's game, and 20 hidden ones above."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.tetromino import EMPTY, GARBAGE, NUM_COLS
from tetris_arcade.realtime.falling_piece import Cells, FallingPiece

HIDDEN_ROWS, VISIBLE_ROWS = 20, 20
NUM_ROWS = HIDDEN_ROWS + VISIBLE_ROWS
"""Of a board with the usual height."""


class Board:
    """Cells by (row, col), row 0 on top, with the values of a colour board: 0 empty, 1..7, 8 garbage.

    num_rows: with the hidden rows.
    """

    def __init__(self, visible_rows: int = VISIBLE_ROWS) -> None:
        self.num_rows = HIDDEN_ROWS + visible_rows
        self._rows = [bytearray(NUM_COLS) for _ in range(self.num_rows)]

    def __getitem__(self, position: tuple[int, int]) -> int:
        row, col = position
        return self._rows[row][col]

    def is_filled(self, row: int, col: int) -> bool:
        """Whether a cell is filled; walls and floor count as filled, the space above the board does not."""
        if not 0 <= col < NUM_COLS or row >= self.num_rows:
            return True
        return row >= 0 and self._rows[row][col] != EMPTY

    def fits(self, piece: FallingPiece) -> bool:
        """Whether a piece lies inside the board on empty cells."""
        rows = self._rows
        for row, col in piece.cells:
            if not (0 <= row < self.num_rows and 0 <= col < NUM_COLS) or rows[row][col]:
                return False
        return True

    def dropped(self, piece: FallingPiece) -> FallingPiece:
        """A piece that fits, as far down as it falls."""
        while self.fits(below := piece.moved(down=1)):
            piece = below
        return piece

    def place(self, cells: Cells, value: int) -> None:
        """Fill cells."""
        for row, col in cells:
            self._rows[row][col] = value

    def load(self, cells: NDArray[np.uint8]) -> None:
        """Replace the lowest rows by (H, 10) uint8 cells."""
        for row, values in enumerate(cells.tolist(), start=self.num_rows - cells.shape[0]):
            self._rows[row] = bytearray(values)

    def full_rows(self) -> tuple[int, ...]:
        return tuple(row for row, cells in enumerate(self._rows) if EMPTY not in cells)

    def remove_rows(self, rows: tuple[int, ...]) -> None:
        """Remove rows; those above move down."""
        kept = [cells for row, cells in enumerate(self._rows) if row not in rows]
        self._rows = [*(bytearray(NUM_COLS) for _ in rows), *kept]

    def add_garbage(self, holes: tuple[int, ...]) -> bool:
        """Push rows up from below, each with one hole; returns whether all cells stay on the board."""
        has_room = not any(any(cells) for cells in self._rows[: len(holes)])
        pushed = [bytearray([GARBAGE]) * NUM_COLS for _ in holes]
        for cells, hole in zip(pushed, holes, strict=True):
            cells[hole] = EMPTY
        self._rows = [*self._rows[len(holes) :], *pushed]
        return has_room

    @property
    def is_empty(self) -> bool:
        return not any(any(cells) for cells in self._rows)

    @property
    def has_hidden_cells(self) -> bool:
        """Whether a cell above the visible rows is filled."""
        return any(any(cells) for cells in self._rows[:HIDDEN_ROWS])

    def visible_cells(self) -> NDArray[np.uint8]:
        """(H, 10) uint8, a copy of the visible rows."""
        return np.frombuffer(b"".join(self._rows[HIDDEN_ROWS:]), np.uint8).reshape(-1, NUM_COLS)

    @property
    def digest(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of all cells, row by row."""
        return hashlib.sha256(b"".join(self._rows)).hexdigest()[:16]
