"""Observations: one row of numbers per action, for many boards at once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.features import NUM_FEATURES
from tetris_arcade.engine.board import (
    WALLED,
    add_shape,
    add_walls,
    copy_row,
    full_rows,
    landing_as_observed,
    remove_rows,
    remove_shape,
)
from tetris_arcade.engine.feature_kernels import (
    write_classic,
)
from tetris_arcade.engine.jit import expanded, inlined, kernel
from tetris_arcade.engine.piece_tables import IS_LEGAL
from tetris_arcade.engine.placements import (
    ACTION,
    BY_ACTION,
    COL,
    GROUP,
    REST,
    SHAPE,
    Workspace,
    equivalent_action,
    list_board,
    list_placements,
)
from tetris_arcade.engine.rules import Rules
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS, NUM_ROTATIONS


class ObservedState(NamedTuple):
    """The part of N games that an observation is computed from."""

    columns: NDArray[np.int64]  # [N, 10]
    piece: NDArray[np.int64]  # [N]
    queue: NDArray[np.int64]  # [N, 4]
    pieces: NDArray[np.int64]  # [N] placed so far


@inlined
def is_garbage_due(pieces: int, rules: Rules) -> bool:
    """Whether a garbage row comes after the active piece, if `pieces` were placed before it."""
    return rules.garbage_every > 0 and (pieces + 1) % rules.garbage_every == 0


@kernel
def observe(
    state: ObservedState,
    selected: Any,
    rules: Rules,
    start: int,
    stop: int,
    workspace: Workspace,
    observations: Any,
) -> None:
    """Write (N, 40, F) float32 `observations` of the games start..stop-1 whose (N,) `selected` is not 0."""
    for i in range(start, stop):
        if not selected[i]:
            continue
        if rules.classic:
            _observe_classic(state.columns[i], rules.height, state.piece[i], workspace, observations[i])
        else:
            garbage_due = is_garbage_due(state.pieces[i], rules)
            _observe_afterstates(
                state.columns[i],
                rules.height,
                state.piece[i],
                state.queue[i, 0],
                garbage_due,
                workspace,
                observations[i],
            )


@inlined
def _copy_to_equivalent(rows: Any, piece: int, action: int, group: int) -> None:
    """Copy a listed placement's row of (40, F) `rows` to the other actions of its group."""
    k = 1
    other = equivalent_action(piece, group, k)
    while other >= 0:
        copy_row(rows[action], rows[other])
        k += 1
        other = equivalent_action(piece, group, k)


@expanded
def _observe_afterstates(
    columns: Any, height: int, piece: int, next_piece: int, garbage_due: bool, workspace: Workspace, rows: Any
) -> None:
    """Write (40, NUM_FEATURES + 1) `rows`: features and 1 if the placement survives, otherwise zeros."""
    rows[:] = 0
    actions = workspace.actions
    count = list_board(
        columns, height, piece, next_piece, garbage_due, False, workspace, rows, actions, BY_ACTION
    )
    for p in range(count):
        action = actions[p, 0]
        rows[action, NUM_FEATURES] = 1
        _copy_to_equivalent(rows, piece, action, actions[p, 1])


@expanded
def _observe_classic(columns: Any, height: int, piece: int, workspace: Workspace, rows: Any) -> None:
    """Write (40, 13) `rows`, bit for bit tetris-gymnasium's FeatureVectorObservation of grouped actions.

    Its faults are kept on purpose: row 0 of every afterstate is blank, a placement that ends the game looks
    like an empty board, an illegal one like a full board, and a piece that collides at spawn may fall
    through.
    """
    walled, cleared, placements = workspace.walled, workspace.cleared, workspace.placements
    add_walls(columns, height, walled)
    for action in range(NUM_ACTIONS):
        if not IS_LEGAL[piece, action]:
            rows[action, : NUM_COLS + 1] = height - 1
            rows[action, NUM_COLS + 1 :] = 0
    for p in range(list_placements(height, piece, workspace)):
        shape, left = placements[p, SHAPE], placements[p, COL]
        y, action = placements[p, REST], placements[p, ACTION]
        if y < 0:
            y = landing_as_observed(walled, height, shape, left)
        if y < 0:
            rows[action] = 0
            continue
        add_shape(walled, shape, left, y)
        full = full_rows(walled)
        for c in range(1, WALLED - 1):
            cleared[c] = remove_rows(walled[c], full)
        write_classic(cleared, height, rows[action])
        remove_shape(walled, shape, left, y)
        _copy_to_equivalent(rows, piece, action, placements[p, GROUP])


def terminal_classic(rows: NDArray[np.float32], height: int, kept_rotation: int) -> None:
    """Change a (40, 13) observation to the one that tetris-gymnasium gives if an action locked no piece.

    kept_rotation: quarter turns that the active piece keeps after a placement that collided at spawn; -1
    after an illegal action, for which the package returns the bounds of its observation space.
    """
    if kept_rotation < 0:
        rows[:] = height * NUM_COLS
    elif kept_rotation > 0:
        roll_rotations(rows, kept_rotation)


def roll_rotations(rows: NDArray[Any], kept_rotation: int) -> None:
    """Reorder per-action data, (40, ...), for a piece that is already rotated."""
    by_rotation = rows.reshape(NUM_COLS, NUM_ROTATIONS, *rows.shape[1:])
    by_rotation[:] = np.roll(by_rotation, -kept_rotation, axis=1)
