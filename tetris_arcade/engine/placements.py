"""Every placement of a piece at once: the observations that a learner sees, and who is masked."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.bits import bit_length, inlined, kernel
from tetris_arcade.engine.board import (
    ILLEGAL,
    WALLED,
    full_rows,
    landing_as_seen,
    list_placements,
    put,
    survives,
    take,
    wall_in,
    without_rows,
)
from tetris_arcade.engine.features import (
    MEASURE_COLS,
    MEASURES,
    NUM_CLASSIC,
    NUM_FEATURES,
    figures,
    measure_columns,
    measure_placement,
)
from tetris_arcade.engine.shapes import LEFT
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS, NUM_ROTATIONS

CLASSIC_WIDTH = NUM_CLASSIC
AFTERSTATE_WIDTH = NUM_FEATURES + 1
"""Numbers in a row of an observation; an afterstate's last one is 1 where the placement is alive, else the row is 0."""


class Scratch(NamedTuple):
    """Working memory of the kernels, one for each thread."""

    walled: NDArray[np.int64]  # [12]
    cleared: NDArray[np.int64]  # [12]
    measures: NDArray[np.int64]  # [MEASURES, 13]
    landings: NDArray[np.int64]  # [40]
    same_as: NDArray[np.int64]  # [40]


def new_scratch() -> Scratch:
    """Working memory for one thread."""
    return Scratch(
        np.zeros(WALLED, np.int64),
        np.zeros(WALLED, np.int64),
        np.zeros((MEASURES, MEASURE_COLS), np.int64),
        np.zeros(NUM_ACTIONS, np.int64),
        np.zeros(NUM_ACTIONS, np.int64),
    )


@inlined
def shape_and_left(piece: int, action: int) -> Any:
    """The shape index and leftmost column that an action gives a piece."""
    shape = piece * NUM_ROTATIONS + action % NUM_ROTATIONS
    return shape, action // NUM_ROTATIONS + LEFT[shape]


@inlined
def prepare(columns: Any, height: int, piece: int, scratch: Scratch) -> None:
    """Wall the board in, measure it, and list the piece's placements."""
    wall_in(columns, height, scratch.walled)
    measure_columns(scratch.walled, scratch.measures)
    list_placements(scratch.walled, height, piece, 0, scratch.landings, scratch.same_as)


@inlined
def write_features(measured: Any, board: Any, row: Any) -> None:
    """Write the 21 features of an afterstate, its twelve-column `board` and its `measured` part, as an observation's row."""
    twice_landing, eroded, row_transitions, transitions, holes, wells, depth, holed, lines = measured
    before, bumpiness, max_height = 0, 0, 0
    for c in range(NUM_COLS):
        height = bit_length(board[c + 1])
        row[c] = height
        max_height = max(max_height, height)
        if c > 0:
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
def observe_afterstates(
    columns: Any,
    height: int,
    piece: int,
    next_piece: int,
    garbage_is_due: bool,
    scratch: Scratch,
    observation: Any,
) -> None:
    """Write (40, 22) `observation`: the features of every placement that survives, and zeros for all others."""
    prepare(columns, height, piece, scratch)
    walled = scratch.walled
    for action in range(NUM_ACTIONS):
        row = observation[action]
        same = scratch.same_as[action]
        if same != action:
            row[:] = observation[same]
            continue
        y = scratch.landings[action]
        if y < 0:
            row[:] = 0
            continue
        shape, left = shape_and_left(piece, action)
        put(walled, shape, left, y)
        measured = measure_placement(walled, scratch.measures, scratch.cleared, shape, left, y)
        board = scratch.cleared if measured[8] else walled
        if survives(board, height, next_piece, garbage_is_due):
            write_features(measured, board, row)
            row[NUM_FEATURES] = 1
        else:
            row[:] = 0
        take(walled, shape, left, y)


@inlined
def observe_classic(
    columns: Any, height: int, piece: int, turned: int, scratch: Scratch, observation: Any
) -> None:
    """Write (40, 13) `observation`, bit-exact with tetris-gymnasium's FeatureVectorObservation under grouped actions.

    Its faults are kept on purpose: row 0 of every afterstate is blank, a placement that ends the game reads as an
    empty board, an illegal one as a full board, and a piece that collides as it enters may fall through.
    """
    wall_in(columns, height, scratch.walled)
    walled = scratch.walled
    list_placements(walled, height, piece, turned, scratch.landings, scratch.same_as)
    for action in range(NUM_ACTIONS):
        row = observation[action]
        if scratch.landings[action] == ILLEGAL:
            for c in range(NUM_COLS + 1):
                row[c] = height - 1
            row[NUM_COLS + 1] = row[NUM_COLS + 2] = 0
            continue
        same = scratch.same_as[action]
        if same != action and scratch.landings[action] >= 0:
            row[:] = observation[same]
            continue
        rotation = (action + turned) % NUM_ROTATIONS
        shape = piece * NUM_ROTATIONS + rotation
        left = action // NUM_ROTATIONS + LEFT[shape]
        y = landing_as_seen(walled, height, shape, left)
        if y < 0:
            row[:] = 0
            continue
        put(walled, shape, left, y)
        _write_classic(walled, height, scratch.cleared, row)
        take(walled, shape, left, y)


@inlined
def _write_classic(walled: Any, height: int, visible: Any, row: Any) -> None:
    full = full_rows(walled)
    below_row_0 = (1 << (height - 1)) - 1
    for c in range(NUM_COLS):
        column = without_rows(walled[c + 1], full) & below_row_0
        visible[c] = column
        row[c] = bit_length(column)
    max_height, holes, bumpiness = figures(visible, 0)
    row[NUM_COLS], row[NUM_COLS + 1], row[NUM_COLS + 2] = max_height, holes, bumpiness


@kernel
def mask_actions(
    columns: Any,
    height: int,
    piece: int,
    next_piece: int,
    garbage_is_due: bool,
    scratch: Scratch,
    legal: Any,
    alive: Any,
) -> None:
    """Write (40,) bool `legal` (stays in the frame) and `alive` (legal, locks, and the game goes on)."""
    wall_in(columns, height, scratch.walled)
    walled = scratch.walled
    list_placements(walled, height, piece, 0, scratch.landings, scratch.same_as)
    for action in range(NUM_ACTIONS):
        y = scratch.landings[action]
        legal[action] = y != ILLEGAL
        alive[action] = False
        if y < 0:
            continue
        shape, left = shape_and_left(piece, action)
        put(walled, shape, left, y)
        full = full_rows(walled)
        board = walled
        if full:
            board = scratch.cleared
            board[0] = board[NUM_COLS + 1] = walled[0]
            for c in range(1, NUM_COLS + 1):
                board[c] = without_rows(walled[c], full)
        alive[action] = survives(board, height, next_piece, garbage_is_due)
        take(walled, shape, left, y)


@kernel
def list_alive(
    columns: Any,
    height: int,
    piece: Any,
    next_piece: Any,
    garbage_is_due: Any,
    classic: bool,
    scratch: Scratch,
    rows: Any,
    ends: Any,
) -> int:
    """The features of every distinct placement that survives, of many boards, one after the other.

    columns: (B, 10) int64. piece, next_piece: (B,) int. garbage_is_due: (B,) bool. rows: (at least 40 * B, 21 or 13)
    float32, filled from the front. ends: (B,) int64, where board b's rows end. Returns how many rows were written.
    """
    count = 0
    walled = scratch.walled
    for b in range(columns.shape[0]):
        prepare(columns[b], height, piece[b], scratch)
        for action in range(NUM_ACTIONS):
            y = scratch.landings[action]
            if y < 0 or scratch.same_as[action] != action:
                continue
            shape, left = shape_and_left(piece[b], action)
            put(walled, shape, left, y)
            measured = measure_placement(walled, scratch.measures, scratch.cleared, shape, left, y)
            board = scratch.cleared if measured[8] else walled
            if survives(board, height, next_piece[b], garbage_is_due[b]):
                if classic:
                    _write_classic(walled, height, scratch.cleared, rows[count])
                else:
                    write_features(measured, board, rows[count])
                count += 1
            take(walled, shape, left, y)
        ends[b] = count
    return count
