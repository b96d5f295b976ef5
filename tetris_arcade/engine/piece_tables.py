"""The tetrominoes as tables for the kernels; most are indexed by shape = 4 * piece + rotation."""

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

_ORIENTATIONS = [
    orientation(piece, rotation) for piece in range(NUM_PIECES) for rotation in range(NUM_ROTATIONS)
]


def _column_bits(shape: Orientation) -> list[int]:
    """Return each column's cells as bits, bit 0 in the lowest row; padded with zeros to four columns."""
    from_floor = shape.cells[::-1]
    bits = [sum(1 << int(y) for y in np.flatnonzero(from_floor[:, col])) for col in range(shape.width)]
    return bits + [0] * (4 - shape.width)


def _table(values: list[int] | list[list[int]]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


WIDTH = _table([shape.width for shape in _ORIENTATIONS])
HEIGHT = _table([shape.height for shape in _ORIENTATIONS])
ENTRY_ROW = _table([shape.box_row for shape in _ORIENTATIONS])
"""Board row of the shape's highest cell at spawn, row 0 on top."""
LEFT = _table([shape.box_col - shape.box_size // 2 for shape in _ORIENTATIONS])
"""Leftmost filled column relative to the column that the action names."""
BITS = _table([_column_bits(shape) for shape in _ORIENTATIONS])
BOTTOM = _table(
    [
        [(bits & -bits).bit_length() - 1 if bits else 0 for bits in _column_bits(shape)]
        for shape in _ORIENTATIONS
    ]
)
"""[shape, column] Height of the column's lowest cell above the shape's lowest row."""
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
"""[piece, action] Whether the piece stays inside the frame."""


def _group_actions(piece: int) -> list[list[int]]:
    """Group a piece's legal actions that fill the same cells; groups by rotation, then from left to right.

    Within a group the lowest action comes first; it represents the group.
    """
    groups: dict[tuple[int, int, bytes, int], list[int]] = {}
    for action in np.flatnonzero(IS_LEGAL[piece]).tolist():
        shape = orientation(piece, action % NUM_ROTATIONS)
        cells = (shape.height, shape.width, shape.cells.tobytes(), placement_col(piece, action))
        groups.setdefault(cells, []).append(action)
    return sorted(groups.values(), key=lambda group: (min(a % NUM_ROTATIONS for a in group), group[0]))


_GROUPS = [_group_actions(piece) for piece in range(NUM_PIECES)]

NUM_GROUPS = _table([len(groups) for groups in _GROUPS])
"""[piece] Number of distinct placements: I 17, O 9, T 34, S 17, Z 17, J 34, L 34."""
MAX_GROUPS = int(NUM_GROUPS.max())


def _spawn_depth(piece: int, action: int) -> int:
    shape = orientation(piece, action % NUM_ROTATIONS)
    return shape.box_row + shape.height


GROUPS = np.full((NUM_PIECES, MAX_GROUPS, NUM_ROTATIONS), -1, np.int64)
"""[piece, group] The actions that are the same placement, padded with -1 to four."""
GROUP_DEPTH = np.zeros((NUM_PIECES, MAX_GROUPS), np.int64)
"""[piece, group] Rows that the shape takes up at spawn, from the top of the board; the group's maximum."""
for _piece, _groups in enumerate(_GROUPS):
    for _group, _actions in enumerate(_groups):
        GROUPS[_piece, _group, : len(_actions)] = _actions
        GROUP_DEPTH[_piece, _group] = max(_spawn_depth(_piece, action) for action in _actions)
