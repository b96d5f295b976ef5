"""The seven tetrominoes and the forty actions as plain data; does not load numba."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.env import NUM_COLS as NUM_COLS

NUM_ROTATIONS = 4
NUM_ACTIONS = NUM_COLS * NUM_ROTATIONS
FALLBACK_ACTION = (NUM_COLS // 2) * NUM_ROTATIONS
"""The action if no placement survives: the piece drops as it spawned, which never leaves the frame."""
QUEUE_SIZE = 4
"""Number of known pieces after the active one, as in tetris-gymnasium."""

PIECE_NAMES = "IOTSZJL"
NUM_PIECES = len(PIECE_NAMES)
EMPTY, GARBAGE = 0, NUM_PIECES + 1
"""Cell values of a color board: 0 empty, 1..7 piece + 1, 8 garbage."""

_BOXES = (
    ("....", "####", "....", "...."),
    ("##", "##"),
    (".#.", "###", "..."),
    (".##", "##.", "..."),
    ("##.", ".##", "..."),
    ("#..", "###", "..."),
    ("..#", "###", "..."),
)


@dataclass(frozen=True)
class Orientation:
    """One rotation of one piece: its filled cells and their position in the square box that rotates.

    `cells` is (height, width) bool, trimmed of empty rows and columns, row 0 on top. `box_row` and `box_col`
    are the top and left of the trimmed rectangle inside the box, whose side is `box_size`.
    """

    cells: NDArray[np.bool_]
    box_row: int
    box_col: int
    box_size: int

    @property
    def height(self) -> int:
        return int(self.cells.shape[0])

    @property
    def width(self) -> int:
        return int(self.cells.shape[1])


@cache
def orientation(piece: int, rotation: int) -> Orientation:
    """Piece 0..6 after `rotation` counter-clockwise quarter turns (`np.rot90`)."""
    box = np.array([[char == "#" for char in row] for row in _BOXES[piece]])
    box = np.rot90(box, k=rotation)
    rows, cols = np.flatnonzero(box.any(axis=1)), np.flatnonzero(box.any(axis=0))
    cells = np.ascontiguousarray(box[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1])
    cells.setflags(write=False)
    return Orientation(cells, int(rows[0]), int(cols[0]), box.shape[0])


def encode_action(box_center_col: int, rotation: int) -> int:
    """Return the action 0..39 that drops the piece with its box centered on a column."""
    return box_center_col * NUM_ROTATIONS + rotation


def decode_action(action: int) -> tuple[int, int]:
    """Return (column of the box's center, rotation) for an action 0..39."""
    return divmod(action, NUM_ROTATIONS)


def placement_col(piece: int, action: int) -> int:
    """Return the piece's leftmost filled column; outside 0..10 - width if the action is illegal."""
    center, rotation = decode_action(action)
    shape = orientation(piece, rotation)
    return center - shape.box_size // 2 + shape.box_col


def spawn_col(piece: int) -> int:
    """Return the leftmost filled column of a piece at spawn, unrotated and centered."""
    shape = orientation(piece, 0)
    return NUM_COLS // 2 - shape.box_size // 2 + shape.box_col
