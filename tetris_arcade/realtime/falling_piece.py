"""A piece on the board: which one, how it is rotated, and where its box is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from tetris_arcade.engine.tetromino import NUM_COLS, NUM_ROTATIONS, PIECE_NAMES, orientation
from tetris_arcade.realtime.wall_kicks import wall_kicks

Cells = tuple[tuple[int, int], ...]
"""(row, col) of each cell."""

T_PIECE = PIECE_NAMES.index("T")


@dataclass(frozen=True)
class FallingPiece:
    """piece: 0..6. row, col: the top left of its square box on the board. rotation: clockwise, 0..3."""

    piece: int
    row: int
    col: int
    rotation: int = 0

    @property
    def cells(self) -> Cells:
        """The board's cells that it fills."""
        row, col = self.row, self.col
        return tuple((row + down, col + right) for down, right in box_cells(self.piece, self.rotation))

    def moved(self, down: int = 0, right: int = 0) -> FallingPiece:
        """The same piece elsewhere."""
        return FallingPiece(self.piece, self.row + down, self.col + right, self.rotation)

    def rotations(self, quarter_turns: int) -> tuple[FallingPiece, ...]:
        """The places to try for a rotation, clockwise by 1, 2 or 3 quarter turns, in order."""
        rotation = (self.rotation + quarter_turns) % NUM_ROTATIONS
        turned = replace(self, rotation=rotation)
        kicks = wall_kicks(PIECE_NAMES[self.piece], self.rotation, rotation)
        return tuple(turned.moved(down=-up, right=right) for right, up in kicks)


def spawned_piece(piece: int, row: int) -> FallingPiece:
    """A piece where it enters: in the middle, rounded to the left, with its box at a row."""
    return FallingPiece(piece, row, (NUM_COLS - orientation(piece, 0).box_size) // 2)


@cache
def box_cells(piece: int, rotation: int) -> Cells:
    """The filled cells inside the box of a piece that is rotated clockwise."""
    shape = orientation(piece, -rotation % NUM_ROTATIONS)
    rows, cols = shape.cells.nonzero()
    filled = zip(rows.tolist(), cols.tolist(), strict=True)
    return tuple((shape.box_row + row, shape.box_col + col) for row, col in filled)
