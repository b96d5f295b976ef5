"""Linear reference players: they choose the placement with the greatest weighted sum of features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.reference_players import REFERENCE_PLAYERS
from tetris_arcade.engine.board import add_shape, remove_shape, survives
from tetris_arcade.engine.feature_kernels import (
    PlacementFeatures,
    measure_placement,
    pattern_diversity,
    write_heights,
)
from tetris_arcade.engine.game_state import RUNNING, GameStates
from tetris_arcade.engine.jit import expanded, inlined, int64, kernel
from tetris_arcade.engine.placements import (
    ACTION,
    COL,
    REST,
    SHAPE,
    Workspace,
    measure_and_list,
)
from tetris_arcade.engine.rules import Rules
from tetris_arcade.engine.simulation import garbage_is_due, known_next_piece, play_move
from tetris_arcade.engine.tetromino import FALLBACK_ACTION

LINEAR_INPUTS = (
    "landing_height",
    "eroded_cells",
    "row_transitions",
    "column_transitions",
    "holes",
    "wells",
    "hole_depth",
    "rows_with_holes",
)
"""The features that a linear player weighs, in order; the weight of the pattern diversity comes last."""
DIVERSITY = len(LINEAR_INPUTS)
NUM_WEIGHTS = DIVERSITY + 1
_LOWEST = -1e30


def pad_weights(weights: tuple[float, ...]) -> NDArray[np.float64]:
    """Return the (NUM_WEIGHTS,) weights of a linear player; the missing last ones are 0."""
    return np.array([*weights, *[0.0] * (NUM_WEIGHTS - len(weights))], np.float64)


LINEAR_WEIGHTS: Mapping[str, NDArray[np.float64]] = {
    name: pad_weights(player.weights)
    for name, player in REFERENCE_PLAYERS.items()
    if player.weights is not None
}
"""The weights of every linear reference player, by name."""


@inlined
def weighted_sum(features: PlacementFeatures, weights: Any) -> float:
    """The weighted sum of a measured placement, without the pattern diversity."""
    return (
        weights[0] * features.landing_height
        + weights[1] * features.eroded_cells
        + weights[2] * features.row_transitions
        + weights[3] * features.column_transitions
        + weights[4] * features.holes
        + weights[5] * features.wells
        + weights[6] * features.hole_depth
        + weights[7] * features.rows_with_holes
    )


@expanded
def choose_linear(
    columns: Any,
    rules: Rules,
    piece: int,
    next_piece: int,
    garbage_due: bool,
    weights: Any,
    workspace: Workspace,
) -> int:
    """Return the best surviving placement (the lowest action among equals), or FALLBACK_ACTION."""
    walled, cleared, placements = workspace.walled, workspace.cleared, workspace.placements
    best_value, best_action = _LOWEST, int64(FALLBACK_ACTION)
    for p in range(measure_and_list(columns, rules.height, piece, workspace)):
        shape, left = placements[p, SHAPE], placements[p, COL]
        y, action = placements[p, REST], placements[p, ACTION]
        if y < 0:
            continue
        add_shape(walled, shape, left, y)
        features = measure_placement(walled, workspace.column_sums, cleared, shape, left, y)
        board = cleared if features.lines else walled
        value = weighted_sum(features, weights)
        if weights[DIVERSITY] != 0.0:
            write_heights(board, workspace.heights)
            value += weights[DIVERSITY] * pattern_diversity(workspace.heights)
        is_better = value > best_value or (value == best_value and action < best_action)
        if is_better and survives(board, rules.height, next_piece, garbage_due):
            best_value, best_action = value, action
        remove_shape(walled, shape, left, y)
    return best_action


@kernel
def play_linear(
    games: GameStates, rules: Rules, weights: Any, pieces: int, running: Any, workspace: Workspace
) -> int:
    """Play up to `pieces` placements in each game whose (N,) bool `running` is set; clear it if a game ends.

    Returns the number of placements played. Games that end are not reset: their totals stay in `games`.
    """
    played = 0
    for i in range(games.piece.shape[0]):
        if not running[i]:
            continue
        for _ in range(pieces):
            garbage_due = garbage_is_due(games, rules, i)
            next_piece = known_next_piece(games, rules, i)
            action = choose_linear(
                games.columns[i], rules, games.piece[i], next_piece, garbage_due, weights, workspace
            )
            _, _, status, _ = play_move(games, rules, i, action, workspace)
            played += 1
            if status != RUNNING:
                running[i] = False
                break
    return played
