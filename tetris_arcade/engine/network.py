"""Values afterstates with a small network, without a deep-learning framework; every player becomes one.

A linear player is a network without hidden layers; a trained model arrives as plain arrays. On a board higher
than the one it was trained on, a network sees a window of that many rows: its sense of danger fits the top of
a board, and its values for stacks higher than any in training are meaningless.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.features import FEATURES, NUM_FEATURES
from tetris_arcade.engine.board import (
    UNKNOWN_PIECE,
    add_shape,
    add_walls,
    copy_row,
    full_rows,
    landing,
    remove_rows,
)
from tetris_arcade.engine.dense import (
    BLOCK_ROWS,
    ROW_WIDTH,
    new_activations,
    pack_layers,
    value_rows,
)
from tetris_arcade.engine.feature_kernels import pattern_diversity
from tetris_arcade.engine.game_state import RUNNING, GameStates
from tetris_arcade.engine.jit import bit_length, expanded, int64, kernel
from tetris_arcade.engine.linear_players import DIVERSITY, LINEAR_INPUTS
from tetris_arcade.engine.observations import is_garbage_due
from tetris_arcade.engine.placements import Workspace, equivalent_action, list_board, shape_and_left
from tetris_arcade.engine.rules import ENTRY_ROWS, Rules
from tetris_arcade.engine.simulation import known_next_piece, play_move
from tetris_arcade.engine.tetromino import FALLBACK_ACTION, NUM_ACTIONS, NUM_COLS

LINES = [feature.name for feature in FEATURES].index("lines")
_LOWEST = np.float32(-3e38)
_FILL_RATIO = 0.4
"""Share of the window's height that the mean column fills; the best of 0.3 to 0.6 for the champion."""


class Network(NamedTuple):
    """A ReLU network from an afterstate's features to its value, and the rewards that look-ahead needs."""

    params: NDArray[np.float32]  # as `engine.dense` lays them out, with `layers`
    layers: NDArray[np.int64]
    diversity_weight: float  # added per unit of pattern diversity, which is not among the features
    activations: NDArray[np.float32]  # working memory: a network serves one thread
    rows: NDArray[np.float32]  # [40 + 6, 32] working memory: the features of a board's placements
    actions: NDArray[np.int64]  # [40, 2] working memory: their lowest actions and groups
    row_values: NDArray[np.float32]  # [40] working memory
    next_rows: NDArray[np.float32]  # [40 + 6, 32] working memory, as the next two: those of the next piece
    next_actions: NDArray[np.int64]  # [40, 2]
    next_values: NDArray[np.float32]  # [40]
    values: NDArray[np.float32]  # [40] working memory
    window: NDArray[np.int64]  # [10] working memory: the columns that the network sees
    feature_rewards: NDArray[np.float32]  # [NUM_FEATURES] immediate reward per unit of a feature
    line_rewards: NDArray[np.float32]  # [5] immediate reward for 0..4 lines
    discount: float
    dead_value: float
    window_rows: int  # maximum number of rows seen at once; 0: all of them

    def own_copy(self) -> Network:
        """The same network with its own working memory, for another thread."""
        return self._replace(**_new_memory(self.layers))


def _new_memory(layers: NDArray[np.int64]) -> dict[str, Any]:
    """Allocate the working memory of a `Network`."""
    return {
        "activations": new_activations(layers),
        "rows": np.zeros((NUM_ACTIONS + BLOCK_ROWS, ROW_WIDTH), np.float32),
        "actions": np.zeros((NUM_ACTIONS, 2), np.int64),
        "row_values": np.zeros(NUM_ACTIONS, np.float32),
        "next_rows": np.zeros((NUM_ACTIONS + BLOCK_ROWS, ROW_WIDTH), np.float32),
        "next_actions": np.zeros((NUM_ACTIONS, 2), np.int64),
        "next_values": np.zeros(NUM_ACTIONS, np.float32),
        "values": np.zeros(NUM_ACTIONS, np.float32),
        "window": np.zeros(NUM_COLS, np.int64),
    }


def make_network(
    layers: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]],
    *,
    line_rewards: Sequence[float] | NDArray[np.float32] = (0.0, 1.0, 2.0, 3.0, 4.0),
    discount: float = 0.99,
    dead_value: float = -1e6,
    feature_rewards: NDArray[np.float32] | None = None,
    window_rows: int = 0,
    diversity_weight: float = 0.0,
) -> Network:
    """Make a network from each layer's (weight (outputs, inputs), bias (outputs,)), as torch stores them.

    See `Network` for the other arguments. Raises ValueError unless the layers lead from NUM_FEATURES inputs
    to one output.
    """
    sizes = [layers[0][0].shape[1], *(weight.shape[0] for weight, _ in layers)]
    if sizes[0] != NUM_FEATURES or sizes[-1] != 1:
        raise ValueError(
            f"a network must go from {NUM_FEATURES} features to 1 value, got {sizes[0]} to {sizes[-1]}"
        )
    if feature_rewards is None:
        feature_rewards = np.zeros(NUM_FEATURES, np.float32)
    table, params = pack_layers(layers)
    return Network(
        params=params,
        layers=table,
        diversity_weight=float(diversity_weight),
        feature_rewards=feature_rewards.astype(np.float32),
        line_rewards=np.array(line_rewards, np.float32),
        discount=float(discount),
        dead_value=float(dead_value),
        window_rows=int(window_rows),
        **_new_memory(table),
    )


def linear_network(weights: NDArray[np.float64]) -> Network:
    """Make the network of a linear player from its weights, see `engine.linear_players`."""
    names = [feature.name for feature in FEATURES]
    weight = np.zeros((1, NUM_FEATURES), np.float32)
    for k, name in enumerate(LINEAR_INPUTS):
        weight[0, names.index(name)] = weights[k]
    # These two describe the move, not the board: look-ahead has to add those of the first move.
    of_move = [names.index("landing_height"), names.index("eroded_cells")]
    feature_rewards = np.zeros(NUM_FEATURES, np.float32)
    feature_rewards[of_move] = weight[0, of_move]
    return make_network(
        [(weight, np.zeros(1, np.float32))],
        line_rewards=(0.0,) * 5,
        discount=1.0,
        feature_rewards=feature_rewards,
        diversity_weight=weights[DIVERSITY],
    )


@expanded
def _value_rows(network: Network, rows: Any, count: int, values: Any) -> None:
    """Write the network's values of the first `count` afterstates, features in (46, 32) `rows`."""
    value_rows(network.params, network.layers, rows, count, network.activations, values)
    if network.diversity_weight != 0.0:
        for k in range(count):
            values[k] += np.float32(network.diversity_weight) * np.float32(pattern_diversity(rows[k]))


@kernel
def value_observations(network: Network, observations: Any, values: Any) -> None:
    """Value (N, 40, NUM_FEATURES + 1) float32 observations into (N, 40) float32 `values`.

    The value of a placement that does not survive is NaN.
    """
    for n in range(observations.shape[0]):
        for action in range(NUM_ACTIONS):
            for k in range(NUM_FEATURES):
                network.rows[action, k] = observations[n, action, k]
        _value_rows(network, network.rows, NUM_ACTIONS, network.row_values)
        for action in range(NUM_ACTIONS):
            survives = observations[n, action, NUM_FEATURES] != 0
            values[n, action] = network.row_values[action] if survives else np.nan


@expanded
def _best_value(
    network: Network,
    columns: Any,
    height: int,
    piece: int,
    next_piece: int,
    garbage_due: bool,
    workspace: Workspace,
) -> Any:
    """The value of the best surviving placement, or the network's `dead_value` if none survives."""
    count = list_board(
        columns,
        height,
        piece,
        next_piece,
        garbage_due,
        False,
        workspace,
        network.next_rows,
        network.next_actions,
        0,
    )
    _value_rows(network, network.next_rows, count, network.next_values)
    best = np.float32(network.dead_value)
    for k in range(count):
        best = max(best, network.next_values[k])
    return best


@expanded
def _immediate_reward(network: Network, row: Any) -> Any:
    """The reward of the move that led to the afterstate with the features `row`."""
    reward = network.line_rewards[int64(row[LINES])]
    for k in range(NUM_FEATURES):
        reward += network.feature_rewards[k] * row[k]
    return reward


@expanded
def _choose_window(network: Network, columns: Any, rules: Rules) -> int:
    """Write the part of a board, (10,) columns, that the network sees to `network.window`; returns its rows.

    The window is placed so that the mean column fills `_FILL_RATIO` of it and the highest column leaves a row
    free, as far as the board allows; everything below the window counts as floor. The rows in which pieces
    enter above the board, if there are any, come on top of it.
    """
    above = int64(ENTRY_ROWS) if rules.literature else int64(0)
    height = rules.height - above
    rows = min(network.window_rows, height) if network.window_rows > 0 else height
    highest, total = int64(0), int64(0)
    for c in range(NUM_COLS):
        top = bit_length(columns[c])
        highest = max(highest, top)
        total += top
    mean = (total + NUM_COLS // 2 - 1) // NUM_COLS  # rounded, halves down
    floor = max(mean - int64(_FILL_RATIO * rows), highest - (rows - 1))
    floor = max(0, min(floor, height - rows))
    for c in range(NUM_COLS):
        network.window[c] = columns[c] >> floor
    return rows + above


@expanded
def value_placements(
    network: Network,
    games: GameStates,
    rules: Rules,
    i: int,
    lookahead: bool,
    workspace: Workspace,
    next_workspace: Workspace,
    values: Any,
) -> int:
    """Value the active piece's 40 placements in game i into (40,) float32 `values`.

    A placement that does not survive or leaves the window is NaN. With look-ahead, a placement is worth its
    immediate reward plus the discounted value of the known next piece's best placement after it. Returns the
    best action, the lowest among equals, or FALLBACK_ACTION if none survives.
    """
    rows = _choose_window(network, games.columns[i], rules)
    while True:
        choice = _value_window(network, rows, games, rules, i, lookahead, workspace, next_workspace, values)
        if rows == rules.height or not np.isnan(values[choice]):
            return choice
        rows = rules.height  # placements that leave the window may survive
        copy_row(games.columns[i], network.window)


@expanded
def _value_window(
    network: Network,
    height: int,
    games: GameStates,
    rules: Rules,
    i: int,
    lookahead: bool,
    workspace: Workspace,
    next_workspace: Workspace,
    values: Any,
) -> int:
    """Do `value_placements` on the board `network.window`, which has `height` rows."""
    piece, actions = games.piece[i], network.actions
    garbage_due = is_garbage_due(games.pieces[i], rules)
    count = list_board(
        network.window,
        height,
        piece,
        known_next_piece(games, rules, i),
        garbage_due,
        False,
        workspace,
        network.rows,
        actions,
        0,
    )
    if lookahead:
        _look_ahead(network, height, games, rules, i, count, workspace, next_workspace)
    else:
        _value_rows(network, network.rows, count, network.row_values)
    values[:] = np.nan
    best, choice = _LOWEST, int64(FALLBACK_ACTION)
    for p in range(count):
        value, action, group = network.row_values[p], actions[p, 0], actions[p, 1]
        if value > best or (value == best and action < choice):
            best, choice = value, action
        k = 0
        while action >= 0:
            values[action] = value
            k += 1
            action = equivalent_action(piece, group, k)
    return choice


@expanded
def _look_ahead(
    network: Network,
    height: int,
    games: GameStates,
    rules: Rules,
    i: int,
    count: int,
    workspace: Workspace,
    next_workspace: Workspace,
) -> None:
    """Write the values of the listed placements, one piece ahead, into `network.row_values`.

    `network.rows` and `network.actions` list the `count` placements on `network.window`.
    """
    walled, piece = workspace.walled, games.piece[i]
    next_piece = games.queue[i, 0]
    following = int64(UNKNOWN_PIECE) if rules.literature else games.queue[i, 1]
    garbage_due = is_garbage_due(games.pieces[i] + 1, rules)
    for p in range(count):
        shape, left = shape_and_left(piece, network.actions[p, 0])
        add_walls(network.window, height, walled)
        add_shape(walled, shape, left, landing(walled, height, shape, left))
        full = full_rows(walled)
        for c in range(1, NUM_COLS + 1):
            walled[c] = remove_rows(walled[c], full)
        best = _best_value(network, walled[1:11], height, next_piece, following, garbage_due, next_workspace)
        network.row_values[p] = _immediate_reward(network, network.rows[p])
        network.row_values[p] += np.float32(network.discount) * best


@kernel
def value_game(
    network: Network,
    games: GameStates,
    rules: Rules,
    i: int,
    lookahead: bool,
    workspace: Workspace,
    next_workspace: Workspace,
    values: Any,
) -> int:
    """Call `value_placements` from outside the kernels."""
    return value_placements(network, games, rules, i, lookahead, workspace, next_workspace, values)


@kernel
def play_network(
    network: Network,
    games: GameStates,
    rules: Rules,
    lookahead: bool,
    pieces: int,
    running: Any,
    workspace: Workspace,
    next_workspace: Workspace,
) -> int:
    """Play up to `pieces` placements in each game whose (N,) bool `running` is set; clear it if a game ends.

    Returns the number of placements played. Games that end are not reset: their totals stay in `games`.
    """
    played = 0
    for i in range(games.piece.shape[0]):
        if not running[i]:
            continue
        for _ in range(pieces):
            action = value_placements(
                network, games, rules, i, lookahead, workspace, next_workspace, network.values
            )
            _, _, status, _ = play_move(games, rules, i, action, workspace)
            played += 1
            if status != RUNNING:
                running[i] = False
                break
    return played
