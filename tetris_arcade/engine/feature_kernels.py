"""Measures the features of an afterstate column by column, and only the columns that a placement changes."""

from __future__ import annotations

from typing import Any, NamedTuple

from tetris_arcade.config.features import NUM_CLASSIC
from tetris_arcade.engine.board import remove_rows
from tetris_arcade.engine.jit import bit_length, inlined, int64, kernel, popcount
from tetris_arcade.engine.piece_tables import BITS, HEIGHT, WIDTH
from tetris_arcade.engine.tetromino import NUM_COLS

# Rows of the workspace's `column_sums`: at [row, c], sums over the columns to the left of c.
_HOLES, _COLUMN_TRANSITIONS, _DEPTH, _WELLS, _ROW_TRANSITIONS = range(5)
# Also at [row, c], but bits combined over all columns to the left of c, or from c to the right.
_HOLED_LEFT, _HOLED_RIGHT, _FULL_LEFT, _FULL_RIGHT = range(5, 9)
COLUMN_SUMS_SHAPE = (9, NUM_COLS + 2)


class PlacementFeatures(NamedTuple):
    """The features of one afterstate that linear players and observations share; see `config.features`."""

    landing_height: float
    eroded_cells: int
    row_transitions: int
    column_transitions: int
    holes: int
    wells: int
    hole_depth: int
    rows_with_holes: int
    lines: int


@inlined
def hole_cells(column: int) -> int:
    """The empty cells of a column below its top, as bits."""
    return ((1 << bit_length(column)) - 1) & ~column


@inlined
def column_transitions(column: int) -> int:
    """Count changes between filled and empty from the floor upwards."""
    return popcount(((column << 1) | 1) ^ column)


@inlined
def hole_depth(column: int) -> int:
    """Over a column's holes, sum the run of filled cells directly above each.

    Every run of filled cells except the one on the floor has a hole directly below it, so this counts all
    filled cells above the lowest empty one.
    """
    lowest_empty = ~column & (column + 1)
    return popcount(column & -lowest_empty)


@inlined
def well_sum(left: int, column: int, right: int) -> int:
    """Over a column's well cells, sum the empty cells from each one downwards, itself included."""
    run = left & right & ~column
    total = int64(0)
    while run:
        total += popcount(run)
        run = (run >> 1) & ~column
    return total


@kernel
def pattern_diversity(row: Any) -> int:
    """Count which of the values -2..2 occur among the differences of neighboring heights in `row[:10]`.

    Not a feature of observations: only some linear players use it, so it is not inlined into the others.
    Source: Scherrer et al. 2015.
    """
    found = int64(0)
    for c in range(1, NUM_COLS):
        difference = int64(row[c]) - int64(row[c - 1])
        if -2 <= difference <= 2:
            found |= 1 << (difference + 2)
    return popcount(found)


@inlined
def sum_columns(walled: Any, sums: Any) -> None:
    """Fill `column_sums` for a walled board, so that a placement costs only the columns that it changes."""
    holes = transitions = depth = wells = row_transitions = holed = int64(0)
    full = int64(-1)
    for c in range(NUM_COLS + 1):
        sums[_HOLES, c] = holes
        sums[_COLUMN_TRANSITIONS, c] = transitions
        sums[_DEPTH, c] = depth
        sums[_WELLS, c] = wells
        sums[_ROW_TRANSITIONS, c] = row_transitions
        sums[_HOLED_LEFT, c] = holed
        sums[_FULL_LEFT, c] = full
        row_transitions += popcount(walled[c] ^ walled[c + 1])
        if c == NUM_COLS:
            break
        column = walled[c + 1]
        column_holes = hole_cells(column)
        holes += popcount(column_holes)
        transitions += column_transitions(column)
        depth += hole_depth(column)
        wells += well_sum(walled[c], column, walled[c + 2])
        holed |= column_holes
        full &= column
    sums[_ROW_TRANSITIONS, NUM_COLS + 1] = row_transitions
    holed, full = int64(0), int64(-1)
    for c in range(NUM_COLS, -1, -1):
        sums[_HOLED_RIGHT, c] = holed
        sums[_FULL_RIGHT, c] = full
        holed |= hole_cells(walled[c])
        full &= walled[c]


@inlined
def _sum_outside(sums: Any, row: int, start: int, stop: int, last: int) -> int:
    """A sum over all columns except start..stop-1."""
    return sums[row, last] - sums[row, stop] + sums[row, start]


@inlined
def measure_placement(
    walled: Any, sums: Any, cleared: Any, shape: int, left: int, y: int
) -> PlacementFeatures:
    """Measure a placement whose shape is on `walled` already; `sums` are those of the board before it.

    If the placement removes lines, (12,) `cleared` becomes the board without them.
    """
    right = left + WIDTH[shape]
    full = sums[_FULL_LEFT, left] & sums[_FULL_RIGHT, right]
    for c in range(left, right):
        full &= walled[c + 1]
    board, eroded = walled, int64(0)
    if full:
        for k in range(WIDTH[shape]):
            eroded += popcount((BITS[shape, k] << y) & full)
        cleared[0], cleared[NUM_COLS + 1] = walled[0], walled[NUM_COLS + 1]
        for c in range(1, NUM_COLS + 1):
            cleared[c] = remove_rows(walled[c], full)
        board, left, right = cleared, int64(0), int64(NUM_COLS)  # every column has changed

    holes = _sum_outside(sums, _HOLES, left, right, NUM_COLS)
    transitions = _sum_outside(sums, _COLUMN_TRANSITIONS, left, right, NUM_COLS)
    depth = _sum_outside(sums, _DEPTH, left, right, NUM_COLS)
    row_transitions = _sum_outside(sums, _ROW_TRANSITIONS, left, right + 1, NUM_COLS + 1)
    holed = sums[_HOLED_LEFT, left] | sums[_HOLED_RIGHT, right]
    before = board[left]
    for c in range(left, right):
        column = board[c + 1]
        column_holes = hole_cells(column)
        holes += popcount(column_holes)
        transitions += column_transitions(column)
        depth += hole_depth(column)
        holed |= column_holes
        row_transitions += popcount(before ^ column)
        before = column
    row_transitions += popcount(before ^ board[right + 1])
    start, stop = max(left - 1, 0), min(right + 1, NUM_COLS)  # a well depends on its neighbours
    wells = _sum_outside(sums, _WELLS, start, stop, NUM_COLS)
    for c in range(start, stop):
        wells += well_sum(board[c], board[c + 1], board[c + 2])
    lines = popcount(full)
    return PlacementFeatures(
        landing_height=y + (HEIGHT[shape] - 1) * 0.5,
        eroded_cells=lines * eroded,
        row_transitions=row_transitions,
        column_transitions=transitions,
        holes=holes,
        wells=wells,
        hole_depth=depth,
        rows_with_holes=popcount(holed),
        lines=lines,
    )


@inlined
def write_heights(board: Any, row: Any) -> Any:
    """Write the ten column heights of a (12,) walled `board` into `row`; returns (max height, bumpiness)."""
    before = bit_length(board[1])
    bumpiness, max_height = int64(0), before
    row[0] = before
    for c in range(1, NUM_COLS):
        height = bit_length(board[c + 1])
        row[c] = height
        max_height = max(max_height, height)
        bumpiness += abs(height - before)
        before = height
    return max_height, bumpiness


@inlined
def write_features(features: PlacementFeatures, board: Any, row: Any) -> None:
    """Write the features of an afterstate into `row`, in the order of `config.features.FEATURES`.

    `board` is the afterstate, (12,) walled columns, and `features` is what was measured of it.
    """
    max_height, bumpiness = write_heights(board, row)
    row[NUM_COLS] = max_height
    row[NUM_COLS + 1] = features.holes
    row[NUM_COLS + 2] = bumpiness
    row[NUM_CLASSIC] = features.landing_height
    row[NUM_CLASSIC + 1] = features.eroded_cells
    row[NUM_CLASSIC + 2] = features.row_transitions
    row[NUM_CLASSIC + 3] = features.column_transitions
    row[NUM_CLASSIC + 4] = features.wells
    row[NUM_CLASSIC + 5] = features.hole_depth
    row[NUM_CLASSIC + 6] = features.rows_with_holes
    row[NUM_CLASSIC + 7] = features.lines


@inlined
def write_classic(board: Any, height: int, row: Any) -> None:
    """Write the 13 classic features of a (12,) walled `board`, with row 0 blank as in tetris-gymnasium."""
    below_row_0 = (1 << (height - 1)) - 1
    before = bit_length(board[1] & below_row_0)
    max_height, holes, bumpiness = before, int64(0), int64(0)
    for c in range(NUM_COLS):
        column = board[c + 1] & below_row_0
        column_height = bit_length(column)
        row[c] = column_height
        max_height = max(max_height, column_height)
        holes += column_height - popcount(column)
        bumpiness += abs(column_height - before)
        before = column_height
    row[NUM_COLS] = max_height
    row[NUM_COLS + 1] = holes
    row[NUM_COLS + 2] = bumpiness
