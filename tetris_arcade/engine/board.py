"""The rules on bits: a board is ten columns, each an int64 whose bit y is the cell y rows above the floor.

Kernels work on a walled board: (12,) int64, the ten columns between two filled walls. Rows numbered from the
top exist only at the boundary: `columns_from_cells` and `cells_from_columns`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.jit import bit_length, inlined, int64, kernel, popcount
from tetris_arcade.engine.piece_tables import (
    BITS,
    BOTTOM,
    ENTRY_ROW,
    HEIGHT,
    SPAWN_LEFT,
    WIDTH,
)
from tetris_arcade.engine.rules import ENTRY_ROWS
from tetris_arcade.engine.tetromino import NUM_COLS, NUM_ROTATIONS

DEAD = -1
"""Stands for a landing height if the placement ends the game."""
WALLED = NUM_COLS + 2
UNKNOWN_PIECE = -1
"""Stands for the next piece under the literature's rules."""


class BoardStats(NamedTuple):
    """Statistics of one board, as defined in `config.features`."""

    max_height: int
    holes: int
    bumpiness: int


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
    """Return the board as (H, 10) bool, row 0 on top; `columns` may have leading axes."""
    rows = np.arange(height - 1, -1, -1)[:, np.newaxis]
    return (columns[..., np.newaxis, :] >> rows & 1).astype(np.bool_)


@inlined
def copy_row(source: Any, target: Any) -> None:
    """Compute target[:] = source; numba's own slice assignment allocates a temporary copy."""
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
    """Whether a shape whose lowest row is y above the floor overlaps a filled cell."""
    overlap = int64(0)
    for k in range(WIDTH[shape]):
        overlap |= walled[left + k + 1] & (BITS[shape, k] << y)
    return overlap != 0


@inlined
def entry_height(shape: int, height: int) -> int:
    """Height above the floor of a shape's lowest row at spawn."""
    return height - ENTRY_ROW[shape] - HEIGHT[shape]


@inlined
def rest_height(walled: Any, shape: int, left: int) -> int:
    """Height above the floor at which a shape rests on the column tops, provided it spawns above them."""
    y = bit_length(walled[left + 1]) - BOTTOM[shape, 0]
    for k in range(1, WIDTH[shape]):
        y = max(y, bit_length(walled[left + k + 1]) - BOTTOM[shape, k])
    return y


@inlined
def landing(walled: Any, height: int, shape: int, left: int) -> int:
    """Height above the floor at which a dropped shape comes to rest; DEAD if it collides at spawn."""
    entry = entry_height(shape, height)
    y = rest_height(walled, shape, left)
    if y <= entry:
        return y
    if collides(walled, shape, left, entry):
        return DEAD
    return _drop(walled, shape, left, entry)


@inlined
def landing_as_observed(walled: Any, height: int, shape: int, left: int) -> int:
    """`landing` as tetris-gymnasium observes it: a shape that collides at spawn may fall through."""
    y = landing(walled, height, shape, left)
    if y != DEAD:
        return y
    y = _drop(walled, shape, left, entry_height(shape, height))
    return DEAD if collides(walled, shape, left, y) else y


@inlined
def _drop(walled: Any, shape: int, left: int, y: int) -> int:
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
    """Empty a shape's cells; undoes `add_shape`."""
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
    """Remove the rows in `full` from a column; the cells above move down."""
    while full:
        above = bit_length(full) - 1
        below = (1 << above) - 1
        column = (column & below) | ((column >> 1) & ~below)
        full &= below
    return column


@inlined
def reaches_entry_rows(walled: Any, height: int) -> bool:
    """Whether a cell is filled in the rows above the board, which ends a game by the literature's rules."""
    above = int64(0)
    for col in range(1, NUM_COLS + 1):
        above |= walled[col] >> (height - ENTRY_ROWS)
    return above != 0


@inlined
def survives(walled: Any, height: int, next_piece: int, garbage_due: bool) -> bool:
    """Whether the game continues from an afterstate: due garbage fits and the next piece can spawn.

    With UNKNOWN_PIECE, whether the rows where pieces enter are empty; garbage is not known there.
    """
    if next_piece == UNKNOWN_PIECE:
        return not reaches_entry_rows(walled, height)
    shape, left = next_piece * NUM_ROTATIONS, SPAWN_LEFT[next_piece]
    y = entry_height(shape, height)
    if not garbage_due:
        return not collides(walled, shape, left, y)
    top_row = int64(0)
    for col in range(1, NUM_COLS + 1):
        top_row |= walled[col] >> (height - 1)
    # Raising the board by one row is the same as lowering the piece by one row.
    return top_row == 0 and not collides(walled, shape, left, y - 1)


@kernel
def push_garbage(columns: Any, height: int, hole: int) -> bool:
    """Push in a row from below, full except for column `hole`; False if a filled cell left at the top."""
    overflow = 0
    for col in range(NUM_COLS):
        raised = (columns[col] << 1) | (0 if col == hole else 1)
        overflow |= raised >> height
        columns[col] = raised & ((1 << height) - 1)
    return overflow == 0


@inlined
def board_stats(columns: Any) -> BoardStats:
    """Measure (10,) columns."""
    before = bit_length(columns[0])
    max_height, bumpiness = before, int64(0)
    holes = before - popcount(columns[0])
    for c in range(1, NUM_COLS):
        height = bit_length(columns[c])
        max_height = max(max_height, height)
        holes += height - popcount(columns[c])
        bumpiness += abs(height - before)
        before = height
    return BoardStats(max_height, holes, bumpiness)


@kernel
def measure_board(columns: Any) -> BoardStats:
    """Call `board_stats` from outside the kernels."""
    return board_stats(columns)
