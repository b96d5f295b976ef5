"""The features of an afterstate, measured a column at a time, and only where a placement changes it."""

from __future__ import annotations

from typing import Any

from tetris_arcade.config.features import NUM_CLASSIC
from tetris_arcade.engine.board import remove_rows
from tetris_arcade.engine.jit import bit_length, inlined, int64, popcount
from tetris_arcade.engine.piece_tables import BITS, TALL, WIDTH
from tetris_arcade.engine.tetromino import NUM_COLS

# Rows of the scratch array in which `measure_columns` keeps, at [row, c], sums over the columns left of c.
_HOLES, _COLUMN_TRANSITIONS, _DEPTH, _WELLS, _ROW_TRANSITIONS = range(5)
_HOLED_LEFT, _HOLED_RIGHT, _FULL_LEFT, _FULL_RIGHT = range(5, 9)
MEASURES, MEASURE_COLS = 9, NUM_COLS + 2


@inlined
def hole_cells(column: int) -> int:
    """The empty cells of a column below its top, as bits."""
    return ((1 << bit_length(column)) - 1) & ~column


@inlined
def column_transitions(column: int) -> int:
    """Changes between filled and empty from the floor upwards."""
    return popcount(((column << 1) | 1) ^ column)


@inlined
def hole_depth(column: int) -> int:
    """Over a column's holes, the filled cells in a run directly above each.

    Each run of filled cells that does not stand on the floor stands on a hole: all cells above the lowest
    empty one.
    """
    lowest_empty = ~column & (column + 1)
    return popcount(column & -lowest_empty)


@inlined
def well_sum(left: int, column: int, right: int) -> int:
    """Over a column's well cells, the empty cells from each downwards, itself included."""
    run = left & right & ~column
    total = int64(0)
    while run:
        total += popcount(run)
        run = (run >> 1) & ~column
    return total


@inlined
def measure_columns(walled: Any, measures: Any) -> None:
    """Sum a walled board's features column by column; a placement then costs only those it changes."""
    holes = transitions = depth = wells = row_transitions = holed = int64(0)
    full = int64(-1)
    for c in range(NUM_COLS + 1):
        measures[_HOLES, c] = holes
        measures[_COLUMN_TRANSITIONS, c] = transitions
        measures[_DEPTH, c] = depth
        measures[_WELLS, c] = wells
        measures[_ROW_TRANSITIONS, c] = row_transitions
        measures[_HOLED_LEFT, c] = holed
        measures[_FULL_LEFT, c] = full
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
    measures[_ROW_TRANSITIONS, NUM_COLS + 1] = row_transitions
    holed, full = int64(0), int64(-1)
    for c in range(NUM_COLS, -1, -1):
        measures[_HOLED_RIGHT, c] = holed
        measures[_FULL_RIGHT, c] = full
        holed |= hole_cells(walled[c])
        full &= walled[c]


@inlined
def _without(measures: Any, row: int, first: int, beyond: int, last: int) -> int:
    """A measure of all columns but first..beyond-1."""
    return measures[row, last] - measures[row, beyond] + measures[row, first]


@inlined
def measure_placement(walled: Any, measures: Any, cleared: Any, shape: int, left: int, y: int) -> Any:
    """The features of a placement that was `put` on `walled`, `measures` being those of the board before it.

    Returns (twice the landing height, eroded cells, row transitions, column transitions, holes, wells, hole
    depth, rows with holes, lines). Where lines is not 0, (12,) `cleared` has become the board without them.
    """
    right = left + WIDTH[shape]
    twice_landing = 2 * y + TALL[shape] - 1
    full = measures[_FULL_LEFT, left] & measures[_FULL_RIGHT, right]
    for c in range(left, right):
        full &= walled[c + 1]
    if full:
        return _measure_cleared(walled, cleared, shape, left, y, full, twice_landing)

    holes = _without(measures, _HOLES, left, right, NUM_COLS)
    transitions = _without(measures, _COLUMN_TRANSITIONS, left, right, NUM_COLS)
    depth = _without(measures, _DEPTH, left, right, NUM_COLS)
    row_transitions = _without(measures, _ROW_TRANSITIONS, left, right + 1, NUM_COLS + 1)
    holed = measures[_HOLED_LEFT, left] | measures[_HOLED_RIGHT, right]
    before = walled[left]
    for c in range(left, right):
        column = walled[c + 1]
        column_holes = hole_cells(column)
        holes += popcount(column_holes)
        transitions += column_transitions(column)
        depth += hole_depth(column)
        holed |= column_holes
        row_transitions += popcount(before ^ column)
        before = column
    row_transitions += popcount(before ^ walled[right + 1])
    first, beyond = max(left - 1, 0), min(right + 1, NUM_COLS)
    wells = _without(measures, _WELLS, first, beyond, NUM_COLS)
    for c in range(first, beyond):
        wells += well_sum(walled[c], walled[c + 1], walled[c + 2])
    no = int64(0)
    return twice_landing, no, row_transitions, transitions, holes, wells, depth, popcount(holed), no


@inlined
def _measure_cleared(
    walled: Any, cleared: Any, shape: int, left: int, y: int, full: int, twice_landing: int
) -> Any:
    """`measure_placement` where rows are full: clear them and measure the whole board."""
    lines = popcount(full)
    eroded = int64(0)
    for k in range(WIDTH[shape]):
        eroded += popcount((BITS[shape, k] << y) & full)
    cleared[0], cleared[NUM_COLS + 1] = walled[0], walled[NUM_COLS + 1]
    for c in range(1, NUM_COLS + 1):
        cleared[c] = remove_rows(walled[c], full)
    holes = transitions = depth = holed = wells = row_transitions = int64(0)
    for c in range(1, NUM_COLS + 1):
        column = cleared[c]
        column_holes = hole_cells(column)
        holes += popcount(column_holes)
        transitions += column_transitions(column)
        depth += hole_depth(column)
        holed |= column_holes
        row_transitions += popcount(cleared[c - 1] ^ column)
        wells += well_sum(cleared[c - 1], column, cleared[c + 1])
    row_transitions += popcount(cleared[NUM_COLS] ^ cleared[NUM_COLS + 1])
    return (
        twice_landing,
        lines * eroded,
        row_transitions,
        transitions,
        holes,
        wells,
        depth,
        popcount(holed),
        lines,
    )


@inlined
def write_features(measured: Any, board: Any, row: Any) -> None:
    """Write the 21 features of an afterstate from its (12,) walled `board` and its `measured` part."""
    twice_landing, eroded, row_transitions, transitions, holes, wells, depth, holed, lines = measured
    before = bit_length(board[1])
    bumpiness, max_height = int64(0), before
    row[0] = before
    for c in range(1, NUM_COLS):
        height = bit_length(board[c + 1])
        row[c] = height
        max_height = max(max_height, height)
        bumpiness += abs(height - before)
        before = height
    row[NUM_COLS] = max_height
    row[NUM_COLS + 1] = holes
    row[NUM_COLS + 2] = bumpiness
    row[NUM_CLASSIC] = twice_landing * 0.5
    row[NUM_CLASSIC + 1] = eroded
    row[NUM_CLASSIC + 2] = row_transitions
    row[NUM_CLASSIC + 3] = transitions
    row[NUM_CLASSIC + 4] = wells
    row[NUM_CLASSIC + 5] = depth
    row[NUM_CLASSIC + 6] = holed
    row[NUM_CLASSIC + 7] = lines


@inlined
def write_classic(board: Any, height: int, row: Any) -> None:
    """Write the 13 classic features of a (12,) walled `board`, its row 0 blanked, as the package has them."""
    below_row_0 = (1 << (height - 1)) - 1
    before = bit_length(board[1] & below_row_0)
    max_height, holes, bumpiness = before, int64(0), int64(0)
    for c in range(NUM_COLS):
        column = board[c + 1] & below_row_0
        tall = bit_length(column)
        row[c] = tall
        max_height = max(max_height, tall)
        holes += tall - popcount(column)
        bumpiness += abs(tall - before)
        before = tall
    row[NUM_COLS] = max_height
    row[NUM_COLS + 1] = holes
    row[NUM_COLS + 2] = bumpiness
