"""The features of an afterstate: thirteen classic ones, and eight by Dellacherie and Thiery and Scherrer.

An afterstate is the board after a placement has locked and its full rows have been removed. `FEATURES` gives
each feature's definition, range and source; the tests compare each with a slow reference implementation.
"""

from __future__ import annotations

from dataclasses import dataclass

from tetris_arcade.config.env import NUM_COLS


@dataclass(frozen=True)
class Feature:
    """One number in a row of an observation; `range` is for a board of H rows."""

    name: str
    definition: str
    range: str
    source: str
    scale: float
    """A typical large value, by which a learner divides the feature."""


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
    Feature(
        "bumpiness", "sum of the absolute differences between neighboring heights", "0..9*H", _CLASSIC, 20.0
    ),
    Feature(
        "landing_height",
        "height of the middle of the placed piece: its bottom row (0 at the floor) + (its height - 1) / 2",
        "0..H-1, in halves",
        _DELLACHERIE,
        10.0,
    ),
    Feature(
        "eroded_cells",
        "lines removed by the move x cells of the placed piece that were removed with them",
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
        "for each empty cell between filled cells or walls, the empty cells from it downwards, itself too",
        "0..5*H*(H+1)/2",
        _DELLACHERIE,
        20.0,
    ),
    Feature(
        "hole_depth", "over the holes, the run of filled cells directly above", "0..10*(H-1)", _BCTS, 10.0
    ),
    Feature("rows_with_holes", "rows that contain a hole", "0..H-1", _BCTS, 5.0),
    Feature("lines", "rows removed by the move", "0..4", "the rules", 2.0),
)

NUM_CLASSIC = NUM_COLS + 3
NUM_FEATURES = len(FEATURES)
"""21. A row of an afterstate observation has one more number: 1 if the placement survives."""
