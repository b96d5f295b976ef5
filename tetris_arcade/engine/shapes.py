"""The tetrominoes as tables of column bits, indexed by shape = 4 * piece + rotation, for the kernels to read."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.tetromino import NUM_COLS, NUM_PIECES, NUM_ROTATIONS, Orientation, orientation

_ORIENTATIONS = [orientation(piece, turn) for piece in range(NUM_PIECES) for turn in range(NUM_ROTATIONS)]


def _column_bits(shape: Orientation) -> list[int]:
    """Each column's cells as bits, bit 0 being the lowest row of the trimmed shape; zeros up to four columns."""
    from_floor = shape.cells[::-1]
    bits = [sum(1 << int(y) for y in np.flatnonzero(from_floor[:, col])) for col in range(shape.width)]
    return bits + [0] * (4 - shape.width)


def _table(values: list[int] | list[list[int]]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


WIDTH = _table([shape.width for shape in _ORIENTATIONS])
TALL = _table([shape.height for shape in _ORIENTATIONS])
ENTRY_ROW = _table([shape.box_row for shape in _ORIENTATIONS])
"""Row, counted from the top of the board, of the shape's highest cell where it enters."""
LEFT = _table([shape.box_col - shape.box_size // 2 for shape in _ORIENTATIONS])
"""Leftmost filled column, relative to the column that the action names."""
BITS = _table([_column_bits(shape) for shape in _ORIENTATIONS])
BOTTOM = _table(
    [
        [(bits & -bits).bit_length() - 1 if bits else 0 for bits in _column_bits(shape)]
        for shape in _ORIENTATIONS
    ]
)
"""Height of the lowest cell of each column above the shape's lowest row."""
SPAWN_LEFT = _table([NUM_COLS // 2 + int(LEFT[NUM_ROTATIONS * piece]) for piece in range(NUM_PIECES)])
DISTINCT_ROTATIONS = _table([2, 1, 4, 2, 2, 4, 4])
"""Rotations with shapes of their own; the later ones repeat them, shifted in their box."""
