"""What an afterstate is told by: thirteen classic features and eight of Dellacherie and of Thiery and Scherrer.

An afterstate is the board after a placement has locked and its full rows have gone. `FEATURES` says each feature's
definition, range and source; the tests hold each against a slow reference written from those words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tetris_arcade.engine.bits import bit_length, inlined, kernel, popcount
from tetris_arcade.engine.board import line_count, without_rows
from tetris_arcade.engine.shapes import BITS, TALL, WIDTH
from tetris_arcade.engine.tetromino import NUM_COLS


@dataclass(frozen=True)
class Feature:
    """One number of an observation's row: name, definition, range on a board of H rows, source, and its usual size."""

    name: str
    definition: str
    range: str
    source: str
    scale: float
    """A typical large value: a learner divides by it."""


_CLASSIC = "tetris-gymnasium, after uvipen's Tetris-deep-Q-learning"
_DELLACHERIE = "Dellacherie 2003, as given by Fahey"
_BCTS = "Thiery and Scherrer 2009"

FEATURES: tuple[Feature, ...] = (
    *(
        Feature(
            f"height_{col}",
            f"rows from the floor to the highest filled cell of column {col}",
            "0..H",
            _CLASSIC,
            10.0,
        )
        for col in range(NUM_COLS)
    ),
    Feature("max_height", "height of the highest column", "0..H", _CLASSIC, 10.0),
    Feature(
        "holes", "empty cells with a filled cell above them in their column", "0..10*(H-1)", _CLASSIC, 10.0
    ),
    Feature("bumpiness", "sum of the differences between neighbouring heights", "0..9*H", _CLASSIC, 20.0),
    Feature(
        "landing_height",
        "height of the middle of the placed piece: its bottom row, counted from 0 at the floor, + (its height - 1) / 2",
        "0..H-1, in halves",
        _DELLACHERIE,
        10.0,
    ),
    Feature(
        "eroded_cells",
        "lines removed by the move x cells of the placed piece that went with them",
        "0..16",
        _DELLACHERIE,
        8.0,
    ),
    Feature(
        "row_transitions",
        "per row, changes between filled and empty from wall to wall, walls filled; an empty row counts 2",
        "0..10*H",
        _DELLACHERIE,
        50.0,
    ),
    Feature(
        "column_transitions",
        "per column, changes from the filled floor to the empty top; an empty column counts 1",
        "10..10*H",
        _DELLACHERIE,
        30.0,
    ),
    Feature(
        "wells",
        "for each empty cell between two filled ones (walls are filled), the empty cells from it downwards, itself included",
        "0..5*H*(H+1)/2",
        _DELLACHERIE,
        20.0,
    ),
    Feature(
        "hole_depth", "over the holes, the run of filled cells directly above", "0..10*(H-1)", _BCTS, 10.0
    ),
    Feature("rows_with_holes", "rows that have a hole", "0..H-1", _BCTS, 5.0),
    Feature("lines", "rows removed by the move", "0..4", "the rules", 2.0),
)

NUM_CLASSIC = NUM_COLS + 3
NUM_FEATURES = len(FEATURES)
"""21; an afterstate observation's row has one number more: 1 where the placement is legal and the game goes on."""

# Rows of the scratch array in which `measure_columns` keeps its sums over the columns left of c, (MEASURES, 13) int64.
(
    _HEIGHT,
    _HOLES,
    _COLUMN_TRANSITIONS,
    _DEPTH,
    _WELLS,
    _ROW_TRANSITIONS,
    _HOLED_LEFT,
    _HOLED_RIGHT,
    _FULL_LEFT,
    _FULL_RIGHT,
) = range(10)
MEASURES = 10
MEASURE_COLS = NUM_COLS + 3


@inlined
def hole_cells(column: int) -> int:
    """The empty cells of a column below its top, as bits."""
    return ((1 << bit_length(column)) - 1) & ~column


@inlined
def column_transitions(column: int) -> int:
    """Changes between filled and empty from the floor upwards."""
    return popcount(((column << 1) | 1) ^ column)


@inlined
def hole_depth(column: int, holes: int) -> int:
    """Over a column's holes, the filled cells in a run directly above each."""
    run = (holes << 1) & column
    depth = np_zero()
    while run:
        depth += popcount(run)
        run = (run << 1) & column
    return depth


@inlined
def well_sum(left: int, column: int, right: int) -> int:
    """Over a column's well cells, the empty cells from each downwards, itself included."""
    run = left & right & ~column
    total = np_zero()
    while run:
        total += popcount(run)
        run = (run >> 1) & ~column
    return total


@inlined
def np_zero() -> int:
    """An int64 zero, so that a sum keeps its type."""
    return popcount(0)


@inlined
def measure_columns(walled: Any, measures: Any) -> None:
    """Sum the features of a board column by column, so that a placement costs only the columns that it changes."""
    measures[_FULL_LEFT, 0] = -1
    measures[_HOLED_LEFT, 0] = 0
    for row in (_HOLES, _COLUMN_TRANSITIONS, _DEPTH, _WELLS, _ROW_TRANSITIONS):
        measures[row, 0] = 0
    for c in range(NUM_COLS):
        column = walled[c + 1]
        holes = hole_cells(column)
        measures[_HEIGHT, c] = bit_length(column)
        measures[_HOLES, c + 1] = measures[_HOLES, c] + popcount(holes)
        measures[_COLUMN_TRANSITIONS, c + 1] = measures[_COLUMN_TRANSITIONS, c] + column_transitions(column)
        measures[_DEPTH, c + 1] = measures[_DEPTH, c] + hole_depth(column, holes)
        measures[_WELLS, c + 1] = measures[_WELLS, c] + well_sum(walled[c], column, walled[c + 2])
        measures[_ROW_TRANSITIONS, c + 1] = measures[_ROW_TRANSITIONS, c] + popcount(walled[c] ^ column)
        measures[_HOLED_LEFT, c + 1] = measures[_HOLED_LEFT, c] | holes
        measures[_FULL_LEFT, c + 1] = measures[_FULL_LEFT, c] & column
    last = NUM_COLS
    measures[_ROW_TRANSITIONS, last + 1] = measures[_ROW_TRANSITIONS, last] + popcount(
        walled[last] ^ walled[last + 1]
    )
    measures[_HOLED_RIGHT, last] = 0
    measures[_FULL_RIGHT, last] = -1
    for c in range(NUM_COLS - 1, -1, -1):
        measures[_HOLED_RIGHT, c] = measures[_HOLED_RIGHT, c + 1] | hole_cells(walled[c + 1])
        measures[_FULL_RIGHT, c] = measures[_FULL_RIGHT, c + 1] & walled[c + 1]


@inlined
def measure_placement(walled: Any, measures: Any, cleared: Any, shape: int, left: int, y: int) -> Any:
    """The features of a placement that was `put` on `walled`, `measures` being those of the board before it.

    Returns (twice the landing height, eroded cells, row transitions, column transitions, holes, wells, hole depth,
    rows with holes, lines). Where lines is not 0, (12,) `cleared` has become the board without them.
    """
    right = left + WIDTH[shape]
    twice_landing = 2 * y + TALL[shape] - 1
    full = measures[_FULL_LEFT, left] & measures[_FULL_RIGHT, right]
    for c in range(left, right):
        full &= walled[c + 1]
    if full:
        return _measure_cleared(walled, cleared, shape, left, y, full, twice_landing)

    holes = measures[_HOLES, NUM_COLS] - measures[_HOLES, right] + measures[_HOLES, left]
    transitions = (
        measures[_COLUMN_TRANSITIONS, NUM_COLS]
        - measures[_COLUMN_TRANSITIONS, right]
        + measures[_COLUMN_TRANSITIONS, left]
    )
    depth = measures[_DEPTH, NUM_COLS] - measures[_DEPTH, right] + measures[_DEPTH, left]
    holed = measures[_HOLED_LEFT, left] | measures[_HOLED_RIGHT, right]
    row_transitions = (
        measures[_ROW_TRANSITIONS, NUM_COLS + 1]
        - measures[_ROW_TRANSITIONS, right + 1]
        + measures[_ROW_TRANSITIONS, left]
    )
    for c in range(left, right):
        column = walled[c + 1]
        column_holes = hole_cells(column)
        holes += popcount(column_holes)
        transitions += column_transitions(column)
        depth += hole_depth(column, column_holes)
        holed |= column_holes
        row_transitions += popcount(walled[c] ^ column)
    row_transitions += popcount(walled[right] ^ walled[right + 1])
    first, beyond = max(left - 1, 0), min(right + 1, NUM_COLS)
    wells = measures[_WELLS, NUM_COLS] - measures[_WELLS, beyond] + measures[_WELLS, first]
    for c in range(first, beyond):
        wells += well_sum(walled[c], walled[c + 1], walled[c + 2])
    return (
        twice_landing,
        np_zero(),
        row_transitions,
        transitions,
        holes,
        wells,
        depth,
        popcount(holed),
        np_zero(),
    )


@inlined
def _measure_cleared(
    walled: Any, cleared: Any, shape: int, left: int, y: int, full: int, twice_landing: int
) -> Any:
    lines = line_count(full)
    eroded = np_zero()
    for k in range(WIDTH[shape]):
        eroded += popcount((BITS[shape, k] << y) & full)
    cleared[0], cleared[NUM_COLS + 1] = walled[0], walled[NUM_COLS + 1]
    for c in range(1, NUM_COLS + 1):
        cleared[c] = without_rows(walled[c], full)
    holes, transitions, depth, holed, wells, row_transitions = (
        np_zero(),
        np_zero(),
        np_zero(),
        np_zero(),
        np_zero(),
        np_zero(),
    )
    for c in range(1, NUM_COLS + 1):
        column = cleared[c]
        column_holes = hole_cells(column)
        holes += popcount(column_holes)
        transitions += column_transitions(column)
        depth += hole_depth(column, column_holes)
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
def figures(columns: Any, offset: int) -> Any:
    """(max height, holes, bumpiness) of ten columns that start at `offset`."""
    max_height, holes, bumpiness, before = np_zero(), np_zero(), np_zero(), np_zero()
    for c in range(NUM_COLS):
        column = columns[c + offset]
        height = bit_length(column)
        holes += height - popcount(column)
        max_height = max(max_height, height)
        if c > 0:
            bumpiness += abs(height - before)
        before = height
    return max_height, holes, bumpiness


@kernel
def board_figures(columns: Any) -> Any:
    """(max height, holes, bumpiness) of (10,) columns, for a caller outside the kernels."""
    return figures(columns, 0)
