"""The placements of a piece: each distinct one once, which are legal, which survive, what they lead to."""

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
    COLUMN_SUMS_SHAPE,
    measure_placement,
    sum_columns,
    write_classic,
    write_features,
)
from tetris_arcade.engine.jit import expanded, inlined, int64, kernel
from tetris_arcade.engine.piece_tables import GROUP_DEPTH, GROUPS, IS_LEGAL, LEFT, NUM_GROUPS
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS, NUM_ROTATIONS

CLASSIC_WIDTH = NUM_CLASSIC
AFTERSTATE_WIDTH = NUM_FEATURES + 1
"""Numbers per row of an afterstate observation; the last is 1 if the placement survives, else all are 0."""

SHAPE, COL, REST, ACTION, GROUP = range(5)
"""Columns of `Workspace.placements`: the shape, its leftmost column, the height of its lowest row above the
floor (or DEAD), the lowest action that makes the placement, and the group of all such actions (-1: only this
action)."""


BY_ACTION = -1
"""Stands for the first row of a listing whose rows are at their actions."""


class Workspace(NamedTuple):
    """Working memory of the kernels, one per thread."""

    walled: NDArray[np.int64]  # [12]
    cleared: NDArray[np.int64]  # [12]
    column_sums: NDArray[np.int64]  # COLUMN_SUMS_SHAPE
    placements: NDArray[np.int64]  # [40, 5]
    heights: NDArray[np.int64]  # [10]
    actions: NDArray[np.int64]  # [40, 2] lowest actions and groups, as `list_board` lists them


def new_workspace() -> Workspace:
    """Allocate working memory for one thread."""
    return Workspace(
        walled=np.zeros(WALLED, np.int64),
        cleared=np.zeros(WALLED, np.int64),
        column_sums=np.zeros(COLUMN_SUMS_SHAPE, np.int64),
        placements=np.zeros((NUM_ACTIONS, 5), np.int64),
        heights=np.zeros(NUM_COLS, np.int64),
        actions=np.zeros((NUM_ACTIONS, 2), np.int64),
    )


@inlined
def shape_and_left(piece: int, action: int) -> Any:
    """Return the shape index and the leftmost column that an action gives a piece."""
    shape = piece * NUM_ROTATIONS + action % NUM_ROTATIONS
    return shape, action // NUM_ROTATIONS + LEFT[shape]


@inlined
def list_placements(height: int, piece: int, workspace: Workspace) -> int:
    """List the piece's distinct legal placements on `workspace.walled` in `workspace.placements`.

    Returns how many. Near the top of the board, the actions of a group may end differently because their
    rotations spawn at different heights; there each action is listed separately.
    """
    walled, placements = workspace.walled, workspace.placements
    count = 0
    for group in range(NUM_GROUPS[piece]):
        action = GROUPS[piece, group, 0]
        shape, left = shape_and_left(piece, action)
        y = rest_height(walled, shape, left)
        if y <= height - GROUP_DEPTH[piece, group]:
            count = _append(placements, count, shape, left, y, action, group)
            continue
        for k in range(NUM_ROTATIONS):
            action = GROUPS[piece, group, k]
            if action >= 0:
                shape, left = shape_and_left(piece, action)
                y = landing(walled, height, shape, left)
                count = _append(placements, count, shape, left, y, action, -1)
    return count


@inlined
def _append(placements: Any, count: int, shape: int, left: int, y: int, action: int, group: int) -> int:
    placements[count, SHAPE] = shape
    placements[count, COL] = left
    placements[count, REST] = y
    placements[count, ACTION] = action
    placements[count, GROUP] = group
    return count + 1


@inlined
def equivalent_action(piece: int, group: int, k: int) -> int:
    """The k-th other action (k from 1) of a listed placement's group, or -1."""
    return GROUPS[piece, group, k] if group >= 0 and k < NUM_ROTATIONS else int64(-1)


@inlined
def measure_and_list(columns: Any, height: int, piece: int, workspace: Workspace) -> int:
    """Load a board into the workspace, measure it, and list the piece's placements; returns how many."""
    add_walls(columns, height, workspace.walled)
    sum_columns(workspace.walled, workspace.column_sums)
    return list_placements(height, piece, workspace)


@expanded
def mask_actions(
    columns: Any,
    height: int,
    piece: int,
    next_piece: int,
    garbage_due: bool,
    workspace: Workspace,
    legal: Any,
    surviving: Any,
) -> None:
    """Write (40,) bool `legal` (the piece stays in the frame) and `surviving` (the game continues)."""
    walled, cleared, placements = workspace.walled, workspace.cleared, workspace.placements
    add_walls(columns, height, walled)
    copy_row(IS_LEGAL[piece], legal)
    surviving[:] = False
    for p in range(list_placements(height, piece, workspace)):
        shape, left = placements[p, SHAPE], placements[p, COL]
        y, action = placements[p, REST], placements[p, ACTION]
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
        is_surviving = survives(board, height, next_piece, garbage_due)
        remove_shape(walled, shape, left, y)
        if not is_surviving:
            continue
        k = 0
        while action >= 0:
            surviving[action] = True
            k += 1
            action = equivalent_action(piece, placements[p, GROUP], k)


@kernel
def list_board(
    columns: Any,
    height: int,
    piece: int,
    next_piece: int,
    garbage_due: bool,
    classic: bool,
    workspace: Workspace,
    rows: Any,
    actions: Any,
    first: int,
) -> int:
    """Write the features of every distinct surviving placement of one board into `rows`, from `first` on.

    first: BY_ACTION to write each placement in the row of its lowest action. See `list_surviving`. Returns
    the end of the placements listed.
    """
    count = max(first, 0)
    walled, cleared, placements = workspace.walled, workspace.cleared, workspace.placements
    for p in range(measure_and_list(columns, height, piece, workspace)):
        shape, left, y = placements[p, SHAPE], placements[p, COL], placements[p, REST]
        if y < 0:
            continue
        add_shape(walled, shape, left, y)
        features = measure_placement(walled, workspace.column_sums, cleared, shape, left, y)
        board = cleared if features.lines else walled
        if survives(board, height, next_piece, garbage_due):
            row = rows[placements[p, ACTION] if first == BY_ACTION else count]
            if classic:
                write_classic(board, height, row)
            else:
                write_features(features, board, row)
            actions[count, 0], actions[count, 1] = placements[p, ACTION], placements[p, GROUP]
            count += 1
        remove_shape(walled, shape, left, y)
    return count


@kernel
def list_surviving(
    columns: Any,
    height: int,
    piece: Any,
    next_piece: Any,
    garbage_due: Any,
    classic: bool,
    workspace: Workspace,
    rows: Any,
    actions: Any,
    ends: Any,
) -> int:
    """Write the features of every distinct surviving placement of B boards, one board after the other.

    columns: (B, 10) int64. piece, next_piece: (B,) int64. garbage_due: (B,) bool. rows: (at least 40 * B, at
    least F) float32, where F is NUM_FEATURES or NUM_CLASSIC; filled from the front. actions: (at least
    40 * B, 2) int64, receives each placement's lowest action and its group, see `equivalent_action`. ends:
    (B,) int64, receives the end of each board's rows. Returns the number of rows written.
    """
    count = 0
    for b in range(columns.shape[0]):
        count = list_board(
            columns[b],
            height,
            piece[b],
            next_piece[b],
            garbage_due[b],
            classic,
            workspace,
            rows,
            actions,
            count,
        )
        ends[b] = count
    return count
