"""Reference players: the placement with the greatest weighted sum of features, compiled up to whole games."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.board import add_shape, remove_shape, survives
from tetris_arcade.engine.feature_kernels import measure_placement
from tetris_arcade.engine.jit import inlined, int64, kernel
from tetris_arcade.engine.placements import (
    ACTION,
    COL,
    FALLBACK_ACTION,
    REST,
    SHAPE,
    Workspace,
    measure_and_list,
)
from tetris_arcade.engine.rules import Rules
from tetris_arcade.engine.simulation import RUNNING, GameStates, garbage_is_due, play_move

NUM_WEIGHTS = 8
"""Landing height, eroded cells, row and column transitions, holes, wells, hole depth, rows with holes."""

DELLACHERIE: NDArray[np.float64] = np.array([-1.0, 1.0, -1.0, -1.0, -4.0, -1.0, 0.0, 0.0])
"""Dellacherie's hand-made weights (2003), as given by Fahey."""
BCTS: NDArray[np.float64] = np.array(
    [-12.629, 6.601974, -9.215815, -19.77356, -13.08335, -10.48747, -1.611863, -24.04087]
)
"""Building Controllers for Tetris: Thiery and Scherrer 2009, found by noisy cross-entropy search."""

_WORST = -1e30


@inlined
def weighted_sum(measured: Any, weights: Any) -> float:
    """The value of a measured placement under eight weights."""
    return (
        weights[0] * (measured[0] * 0.5)
        + weights[1] * measured[1]
        + weights[2] * measured[2]
        + weights[3] * measured[3]
        + weights[4] * measured[4]
        + weights[5] * measured[5]
        + weights[6] * measured[6]
        + weights[7] * measured[7]
    )


@inlined
def choose_linear(
    columns: Any,
    rules: Rules,
    piece: int,
    next_piece: int,
    garbage_due: bool,
    weights: Any,
    scratch: Workspace,
) -> int:
    """The best surviving placement, the lowest action among equals; FALLBACK_ACTION where none survives."""
    walled, cleared, measures, places = scratch.walled, scratch.cleared, scratch.measures, scratch.places
    best_value, best_action = _WORST, int64(FALLBACK_ACTION)
    for p in range(measure_and_list(columns, rules.height, piece, scratch)):
        shape, left, y, action = places[p, SHAPE], places[p, COL], places[p, REST], places[p, ACTION]
        if y < 0:
            continue
        add_shape(walled, shape, left, y)
        measured = measure_placement(walled, measures, cleared, shape, left, y)
        value = weighted_sum(measured, weights)
        if value > best_value or (value == best_value and action < best_action):
            board = cleared if measured[8] else walled
            if survives(board, rules.height, next_piece, garbage_due):
                best_value, best_action = value, action
        remove_shape(walled, shape, left, y)
    return best_action


@kernel
def play_linear(
    games: GameStates, rules: Rules, weights: Any, pieces: int, running: Any, scratch: Workspace
) -> int:
    """Play up to `pieces` placements in each game whose (N,) bool `running` is set; clear it at its end.

    Returns the placements played. Games that end are not reset: their figures stay in `games`.
    """
    played = 0
    for i in range(games.piece.shape[0]):
        if not running[i]:
            continue
        for _ in range(pieces):
            garbage_due = garbage_is_due(games, rules, i)
            action = choose_linear(
                games.columns[i], rules, games.piece[i], games.queue[i, 0], garbage_due, weights, scratch
            )
            _, _, status, _ = play_move(games, rules, i, action, scratch)
            played += 1
            if status != RUNNING:
                running[i] = False
                break
    return played
