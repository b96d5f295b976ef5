"""The tetrominoes as tables for the kernels, most of them indexed by shape = 4 * piece + rotation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.tetromino import (
    NUM_ACTIONS,
    NUM_COLS,
    NUM_PIECES,
    NUM_ROTATIONS,
    Orientation,
    orientation,
    placement_col,
)

_ORIENTATIONS = [orientation(piece, turn) for piece in range(NUM_PIECES) for turn in range(NUM_ROTATIONS)]


def _column_bits(shape: Orientation) -> list[int]:
    """Each column's cells as bits, bit 0 the lowest row of the trimmed shape; zeros up to four columns."""
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

IS_LEGAL = np.array(
    [
        [
            0 <= placement_col(piece, action) <= NUM_COLS - orientation(piece, action % NUM_ROTATIONS).width
            for action in range(NUM_ACTIONS)
        ]
        for piece in range(NUM_PIECES)
    ]
)
"""[piece, action] Whether the placement stays in the frame."""


def _same_placements(piece: int) -> list[list[int]]:
    """A piece's legal actions in groups that fill the same cells, by rotation, then from left to right.

    Within a group, and so where a group is told by one action, the lowest action comes first.
    """
    groups: dict[tuple[int, int, bytes, int], list[int]] = {}
    for action in np.flatnonzero(IS_LEGAL[piece]).tolist():
        shape = orientation(piece, action % NUM_ROTATIONS)
        cells = (shape.height, shape.width, shape.cells.tobytes(), placement_col(piece, action))
        groups.setdefault(cells, []).append(action)
    return sorted(groups.values(), key=lambda group: (min(a % NUM_ROTATIONS for a in group), group[0]))


_GROUPS = [_same_placements(piece) for piece in range(NUM_PIECES)]

NUM_GROUPS = _table([len(groups) for groups in _GROUPS])
"""[piece] Distinct placements: I 17, O 9, T 34, S 17, Z 17, J 34, L 34."""
GROUPS = np.full((NUM_PIECES, 34, NUM_ROTATIONS), -1, np.int64)
"""[piece, group] The actions that are the same placement, -1 where there are fewer than four."""
for _piece, _groups in enumerate(_GROUPS):
    for _k, _actions in enumerate(_groups):
        GROUPS[_piece, _k, : len(_actions)] = _actions
GROUP_DROP = _table(
    [
        [
            max(
                int(ENTRY_ROW[s] + TALL[s])
                for a in group
                for s in [NUM_ROTATIONS * piece + a % NUM_ROTATIONS]
            )
            for group in groups
        ]
        + [0] * (34 - len(groups))
        for piece, groups in enumerate(_GROUPS)
    ]
)
"""[piece, group] How far below the top the shape reaches where it enters, for the action that enters lowest.
"""
