"""The rules on bits: a board is ten columns, each an int64 whose bit y is the cell y rows above the floor.

Kernels work on a walled board: (12,) int64, the ten columns between two filled walls. Rows as people count
them (row 0 on top) appear at the boundary only: `columns_from_cells` and `cells_from_columns`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.jit import bit_length, inlined, int64, kernel, popcount
from tetris_arcade.engine.piece_tables import (
    BITS,
    BOTTOM,
    ENTRY_ROW,
    SPAWN_LEFT,
    TALL,
    WIDTH,
)
from tetris_arcade.engine.tetromino import NUM_COLS, NUM_ROTATIONS

DEAD, ILLEGAL = -1, -2
"""What stands for a landing row where a placement ends the game, or leaves the frame."""
WALLED = NUM_COLS + 2


@kernel
def columns_from_cells(cells: Any, columns: Any) -> None:
    """Read (H, 10) cells, filled where not 0, into (10,) int64 `columns`."""
    height = cells.shape[0]
    for col in range(NUM_COLS):
        bits = 0
        for row in range(height):
            if cells[row, col] != 0:
                bits |= 1 << (height - 1 - row)
        columns[col] = bits


def cells_from_columns(columns: NDArray[np.int64], height: int) -> NDArray[np.bool_]:
    """The board as (H, 10) bool, row 0 on top; `columns` may have leading axes."""
    rows = np.arange(height - 1, -1, -1)[:, np.newaxis]
    return (columns[..., np.newaxis, :] >> rows & 1).astype(np.bool_)


@inlined
def copy_row(source: Any, target: Any) -> None:
    """target[:] = source, which numba would do through a copy in fresh memory."""
    for k in range(target.shape[0]):
        target[k] = source[k]


@inlined
def add_walls(columns: Any, height: int, walled: Any) -> None:
    """Copy (10,) columns between the two walls of (12,) `walled`."""
    walled[0] = walled[NUM_COLS + 1] = (1 << height) - 1
    for col in range(NUM_COLS):
        walled[col + 1] = columns[col]


@inlined
def collides(walled: Any, shape: int, left: int, y: int) -> bool:
    """Whether a shape, its lowest row y above the floor, overlaps a filled cell."""
    hit = int64(0)
    for k in range(WIDTH[shape]):
        hit |= walled[left + k + 1] & (BITS[shape, k] << y)
    return hit != 0


@inlined
def entry_height(shape: int, height: int) -> int:
    """Height above the floor of a shape's lowest row where it enters."""
    return height - ENTRY_ROW[shape] - TALL[shape]


@inlined
def rest_height(walled: Any, shape: int, left: int) -> int:
    """Height above the floor at which a shape rests on the column tops, if it enters no lower than that."""
    y = bit_length(walled[left + 1]) - BOTTOM[shape, 0]
    for k in range(1, WIDTH[shape]):
        y = max(y, bit_length(walled[left + k + 1]) - BOTTOM[shape, k])
    return y


@inlined
def landing(walled: Any, height: int, shape: int, left: int) -> int:
    """Height above the floor at which a dropped shape comes to rest; DEAD where it collides as it enters."""
    entry = entry_height(shape, height)
    y = rest_height(walled, shape, left)
    if y <= entry:
        return y
    if collides(walled, shape, left, entry):
        return DEAD
    return _fall(walled, shape, left, entry)


@inlined
def landing_as_observed(walled: Any, height: int, shape: int, left: int) -> int:
    """`landing` as tetris-gymnasium observes it: a shape that collides where it enters may fall on."""
    y = landing(walled, height, shape, left)
    if y != DEAD:
        return y
    y = _fall(walled, shape, left, entry_height(shape, height))
    return DEAD if collides(walled, shape, left, y) else y


@inlined
def _fall(walled: Any, shape: int, left: int, y: int) -> int:
    while y > 0 and not collides(walled, shape, left, y - 1):
        y -= 1
    return y


@inlined
def add_shape(walled: Any, shape: int, left: int, y: int) -> None:
    """Fill a shape's cells."""
    for k in range(WIDTH[shape]):
        walled[left + k + 1] |= BITS[shape, k] << y


@inlined
def remove_shape(walled: Any, shape: int, left: int, y: int) -> None:
    """Empty a shape's cells: the reverse of `put`."""
    for k in range(WIDTH[shape]):
        walled[left + k + 1] &= ~(BITS[shape, k] << y)


@inlined
def full_rows(walled: Any) -> int:
    """The rows without an empty cell, as bits from the floor."""
    full = walled[1]
    for col in range(2, NUM_COLS + 1):
        full &= walled[col]
    return full


@inlined
def remove_rows(column: int, full: int) -> int:
    """A column after the rows in `full` have gone, what stood above having come down."""
    while full:
        above = bit_length(full) - 1
        below = (1 << above) - 1
        column = (column & below) | ((column >> 1) & ~below)
        full &= below
    return column


@inlined
def can_spawn(walled: Any, height: int, piece: int) -> bool:
    """Whether a new piece finds its place free."""
    shape = piece * NUM_ROTATIONS
    return not collides(walled, shape, SPAWN_LEFT[piece], entry_height(shape, height))


@inlined
def survives(walled: Any, height: int, next_piece: int, garbage_is_due: bool) -> bool:
    """Whether a game goes on from an afterstate: due garbage pushes no cell out, the next piece enters."""
    shape, left = next_piece * NUM_ROTATIONS, SPAWN_LEFT[next_piece]
    y = entry_height(shape, height)
    if not garbage_is_due:
        return not collides(walled, shape, left, y)
    at_the_top = int64(0)
    for col in range(1, NUM_COLS + 1):
        at_the_top |= walled[col] >> (height - 1)
    # A board raised by one row under a piece is the board under the piece lowered by one.
    return at_the_top == 0 and not collides(walled, shape, left, y - 1)


@kernel
def push_garbage(columns: Any, height: int, hole: int) -> bool:
    """Push a row, full but for column `hole`, up from below; False where a filled cell left at the top."""
    overflow = 0
    for col in range(NUM_COLS):
        raised = (columns[col] << 1) | (0 if col == hole else 1)
        overflow |= raised >> height
        columns[col] = raised & ((1 << height) - 1)
    return overflow == 0


@inlined
def figures(columns: Any) -> Any:
    """(max height, holes, bumpiness) of (10,) columns."""
    before = bit_length(columns[0])
    max_height, bumpiness = before, int64(0)
    holes = before - popcount(columns[0])
    for c in range(1, NUM_COLS):
        height = bit_length(columns[c])
        max_height = max(max_height, height)
        holes += height - popcount(columns[c])
        bumpiness += abs(height - before)
        before = height
    return max_height, holes, bumpiness


@kernel
def board_figures(columns: Any) -> Any:
    """`figures`, for a caller outside the kernels."""
    return figures(columns)
