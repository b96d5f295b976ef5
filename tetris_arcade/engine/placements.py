"""The placements of a piece: each distinct one once, which are legal, which survive, what each leaves."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.features import NUM_CLASSIC, NUM_FEATURES
from tetris_arcade.engine.board import (
    WALLED,
    add_shape,
    add_walls,
    copy_row,
    full_rows,
    landing,
    remove_rows,
    remove_shape,
    rest_height,
    survives,
)
from tetris_arcade.engine.feature_kernels import (
    MEASURE_COLS,
    MEASURES,
    measure_columns,
    measure_placement,
    write_classic,
    write_features,
)
from tetris_arcade.engine.jit import inlined, int64, kernel
from tetris_arcade.engine.piece_tables import GROUP_DROP, GROUPS, IS_LEGAL, LEFT, NUM_GROUPS
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS, NUM_ROTATIONS

CLASSIC_WIDTH = NUM_CLASSIC
AFTERSTATE_WIDTH = NUM_FEATURES + 1
"""Numbers in a row of an observation; an afterstate's last is 1 where the placement is alive, else all are 0.
"""

FALLBACK_ACTION = (NUM_COLS // 2) * NUM_ROTATIONS
"""What is played where no placement survives: the piece drops as it entered, which never leaves the frame."""

SHAPE, COL, REST, ACTION, GROUP = range(5)
"""Columns of `Workspace.places`: shape, its leftmost column, the height of its lowest row above the floor or
DEAD, the lowest action that does it, and the group of actions that do, -1 for this one action only."""


class Workspace(NamedTuple):
    """Working memory of the kernels, one for each thread."""

    walled: NDArray[np.int64]  # [12]
    cleared: NDArray[np.int64]  # [12]
    measures: NDArray[np.int64]  # [MEASURES, 13]
    places: NDArray[np.int64]  # [40, 5]


def new_scratch() -> Workspace:
    """Working memory for one thread."""
    return Workspace(
        np.zeros(WALLED, np.int64),
        np.zeros(WALLED, np.int64),
        np.zeros((MEASURES, MEASURE_COLS), np.int64),
        np.zeros((NUM_ACTIONS, 5), np.int64),
    )


@inlined
def shape_and_left(piece: int, action: int) -> Any:
    """The shape index and leftmost column that an action gives a piece."""
    shape = piece * NUM_ROTATIONS + action % NUM_ROTATIONS
    return shape, action // NUM_ROTATIONS + LEFT[shape]


@inlined
def list_placements(height: int, piece: int, scratch: Workspace) -> int:
    """List the piece's legal placements on `scratch.walled`, each distinct one once, in `scratch.places`.

    Returns how many. Where the stack is so high that the actions of a group may end differently, because
    their rotations enter at different heights, each is listed alone.
    """
    walled, places = scratch.walled, scratch.places
    count = 0
    for group in range(NUM_GROUPS[piece]):
        action = GROUPS[piece, group, 0]
        shape, left = shape_and_left(piece, action)
        y = rest_height(walled, shape, left)
        if y <= height - GROUP_DROP[piece, group]:
            count = _list_place(places, count, shape, left, y, action, group)
            continue
        for k in range(NUM_ROTATIONS):
            action = GROUPS[piece, group, k]
            if action >= 0:
                shape, left = shape_and_left(piece, action)
                y = landing(walled, height, shape, left)
                count = _list_place(places, count, shape, left, y, action, -1)
    return count


@inlined
def _list_place(places: Any, count: int, shape: int, left: int, y: int, action: int, group: int) -> int:
    places[count, SHAPE] = shape
    places[count, COL] = left
    places[count, REST] = y
    places[count, ACTION] = action
    places[count, GROUP] = group
    return count + 1


@inlined
def equivalent_action(piece: int, group: int, k: int) -> int:
    """The k-th other action, from 1, of a listed placement's group, or -1."""
    return GROUPS[piece, group, k] if group >= 0 and k < NUM_ROTATIONS else int64(-1)


@inlined
def measure_and_list(columns: Any, height: int, piece: int, scratch: Workspace) -> int:
    """Wall the board in, measure it, and list the piece's placements; returns how many."""
    add_walls(columns, height, scratch.walled)
    measure_columns(scratch.walled, scratch.measures)
    return list_placements(height, piece, scratch)


@inlined
def mask_actions(
    columns: Any,
    height: int,
    piece: int,
    next_piece: int,
    garbage_is_due: bool,
    scratch: Workspace,
    legal: Any,
    alive: Any,
) -> None:
    """Write (40,) bool `legal` (stays in the frame) and `alive` (legal, locks, and the game goes on)."""
    walled, cleared, places = scratch.walled, scratch.cleared, scratch.places
    add_walls(columns, height, walled)
    copy_row(IS_LEGAL[piece], legal)
    alive[:] = False
    for p in range(list_placements(height, piece, scratch)):
        shape, left, y, action = places[p, SHAPE], places[p, COL], places[p, REST], places[p, ACTION]
        if y < 0:
            continue
        add_shape(walled, shape, left, y)
        full = full_rows(walled)
        board = walled
        if full:
            board = cleared
            for c in range(WALLED):
                cleared[c] = remove_rows(walled[c], full)
            cleared[0] = cleared[NUM_COLS + 1] = walled[0]
        lives = survives(board, height, next_piece, garbage_is_due)
        remove_shape(walled, shape, left, y)
        if not lives:
            continue
        k = 0
        while action >= 0:
            alive[action] = True
            k += 1
            action = equivalent_action(piece, places[p, GROUP], k)


@kernel
def list_surviving(
    columns: Any,
    height: int,
    piece: Any,
    next_piece: Any,
    garbage_is_due: Any,
    classic: bool,
    scratch: Workspace,
    rows: Any,
    ends: Any,
) -> int:
    """The features of every distinct placement that survives, of many boards, one after the other.

    columns: (B, 10) int64. piece, next_piece: (B,) int. garbage_is_due: (B,) bool. rows: (at least 40 * B, 21
    or 13) float32, filled from the front. ends: (B,) int64, where board b's rows end. Returns how many rows
    were written.
    """
    count = 0
    walled, cleared, measures, places = scratch.walled, scratch.cleared, scratch.measures, scratch.places
    for b in range(columns.shape[0]):
        for p in range(measure_and_list(columns[b], height, piece[b], scratch)):
            shape, left, y = places[p, SHAPE], places[p, COL], places[p, REST]
            if y < 0:
                continue
            add_shape(walled, shape, left, y)
            measured = measure_placement(walled, measures, cleared, shape, left, y)
            board = cleared if measured[8] else walled
            if survives(board, height, next_piece[b], garbage_is_due[b]):
                if classic:
                    write_classic(board, height, rows[count])
                else:
                    write_features(measured, board, rows[count])
                count += 1
            remove_shape(walled, shape, left, y)
        ends[b] = count
    return count
