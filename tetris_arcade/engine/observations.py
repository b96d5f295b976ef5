"""What a learner sees: one row of numbers for each of the forty actions, of many boards at once."""

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
    survives,
)
from tetris_arcade.engine.feature_kernels import measure_placement, write_classic, write_features
from tetris_arcade.engine.jit import inlined, kernel
from tetris_arcade.engine.piece_tables import IS_LEGAL
from tetris_arcade.engine.placements import (
    ACTION,
    COL,
    GROUP,
    REST,
    SHAPE,
    Workspace,
    equivalent_action,
    list_placements,
    measure_and_list,
)
from tetris_arcade.engine.rules import Rules
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS, NUM_ROTATIONS


class ObservedState(NamedTuple):
    """The part of N games that an observation is made of."""

    columns: NDArray[np.int64]  # [N, 10]
    piece: NDArray[np.int64]  # [N]
    queue: NDArray[np.int64]  # [N, 4]
    pieces: NDArray[np.int64]  # [N] placed so far


@inlined
def is_garbage_due(pieces: int, rules: Rules) -> bool:
    """Whether a garbage row pushes up after the piece that is now in play, `pieces` having been placed."""
    return rules.garbage_every > 0 and (pieces + 1) % rules.garbage_every == 0


@kernel
def observe(
    seen: ObservedState,
    wanted: Any,
    rules: Rules,
    start: int,
    stop: int,
    scratch: Workspace,
    observations: Any,
) -> None:
    """Write (N, 40, F) float32 `observations` of the games start..stop-1 whose (N,) `wanted` is not 0."""
    for i in range(start, stop):
        if not wanted[i]:
            continue
        if rules.classic:
            _observe_classic(seen.columns[i], rules.height, seen.piece[i], scratch, observations[i])
        else:
            garbage_due = is_garbage_due(seen.pieces[i], rules)
            _observe_afterstates(
                seen.columns[i],
                rules.height,
                seen.piece[i],
                seen.queue[i, 0],
                garbage_due,
                scratch,
                observations[i],
            )


@inlined
def _copy_to_twins(rows: Any, piece: int, action: int, group: int) -> None:
    """Give the other actions of a listed placement's group its row of (40, F) `rows`."""
    k = 1
    twin = equivalent_action(piece, group, k)
    while twin >= 0:
        copy_row(rows[action], rows[twin])
        k += 1
        twin = equivalent_action(piece, group, k)


@inlined
def _observe_afterstates(
    columns: Any, height: int, piece: int, next_piece: int, garbage_due: bool, scratch: Workspace, rows: Any
) -> None:
    """Write (40, 22) `rows`: the features of every placement that survives, and zeros for all others."""
    rows[:] = 0
    walled, cleared, places = scratch.walled, scratch.cleared, scratch.places
    for p in range(measure_and_list(columns, height, piece, scratch)):
        shape, left, y, action = places[p, SHAPE], places[p, COL], places[p, REST], places[p, ACTION]
        if y < 0:
            continue
        add_shape(walled, shape, left, y)
        measured = measure_placement(walled, scratch.measures, cleared, shape, left, y)
        board = cleared if measured[8] else walled
        if survives(board, height, next_piece, garbage_due):
            row = rows[action]
            write_features(measured, board, row)
            row[NUM_FEATURES] = 1
            _copy_to_twins(rows, piece, action, places[p, GROUP])
        remove_shape(walled, shape, left, y)


@inlined
def _observe_classic(columns: Any, height: int, piece: int, scratch: Workspace, rows: Any) -> None:
    """Write (40, 13) `rows`, bit for bit tetris-gymnasium's FeatureVectorObservation of grouped actions.

    Its faults are kept on purpose: row 0 of every afterstate is blank, a placement that ends the game reads
    as an empty board, an illegal one as a full board, and a piece that collides as it enters may fall
    through.
    """
    walled, cleared, places = scratch.walled, scratch.cleared, scratch.places
    add_walls(columns, height, walled)
    for action in range(NUM_ACTIONS):
        if not IS_LEGAL[piece, action]:
            rows[action, : NUM_COLS + 1] = height - 1
            rows[action, NUM_COLS + 1 :] = 0
    for p in range(list_placements(height, piece, scratch)):
        shape, left, y, action = places[p, SHAPE], places[p, COL], places[p, REST], places[p, ACTION]
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
        _copy_to_twins(rows, piece, action, places[p, GROUP])


def terminal_classic(rows: NDArray[np.float32], height: int, kept_rotation: int) -> None:
    """Make a (40, 13) observation what tetris-gymnasium gives where an action could not lock its piece.

    turned: quarter turns that the active piece has kept, after a placement that collided as it entered; -1
    after an illegal action, where the package gives the bounds of its observation space instead.
    """
    if kept_rotation < 0:
        rows[:] = height * NUM_COLS
    elif kept_rotation > 0:
        roll_rotations(rows, kept_rotation)


def roll_rotations(rows: NDArray[Any], kept_rotation: int) -> None:
    """Rearrange what is told of each action, (40, ...), for a piece that is turned already."""
    by_rotation = rows.reshape(NUM_COLS, NUM_ROTATIONS, *rows.shape[1:])
    by_rotation[:] = np.roll(by_rotation, -kept_rotation, axis=1)
