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
from tetris_arcade.engine.board import add_shape, copy_row, remove_shape, survives
from tetris_arcade.engine.feature_kernels import measure_placement, pattern_diversity, write_features
from tetris_arcade.engine.game_state import RUNNING, GameStates
from tetris_arcade.engine.jit import bit_length, inlined, int64, kernel
from tetris_arcade.engine.linear_players import DIVERSITY, LINEAR_INPUTS
from tetris_arcade.engine.observations import is_garbage_due
from tetris_arcade.engine.placements import (
    ACTION,
    COL,
    GROUP,
    REST,
    SHAPE,
    Workspace,
    equivalent_action,
    measure_and_list,
)
from tetris_arcade.engine.rules import Rules
from tetris_arcade.engine.simulation import play_move
from tetris_arcade.engine.tetromino import FALLBACK_ACTION, NUM_ACTIONS, NUM_COLS

_LOWEST = np.float32(-3e38)
_FILL_RATIO = 0.4
"""Share of the window's height that the mean column fills; the best of 0.3 to 0.6 for the champion."""


class Network(NamedTuple):
    """A ReLU network from an afterstate's features to its value, and the rewards that look-ahead needs."""

    weights: NDArray[np.float32]  # every layer's [inputs, outputs], one after the other
    biases: NDArray[np.float32]
    sizes: NDArray[np.int64]  # [layers + 1], from NUM_FEATURES to 1
    diversity_weight: float  # added per unit of pattern diversity, which is not among the features
    hidden: NDArray[np.float32]  # [2, widest] working memory: a network serves one thread
    row: NDArray[np.float32]  # [NUM_FEATURES] working memory
    values: NDArray[np.float32]  # [40] working memory
    window: NDArray[np.int64]  # [10] working memory: the columns that the network sees
    feature_rewards: NDArray[np.float32]  # [NUM_FEATURES] immediate reward per unit of a feature
    line_rewards: NDArray[np.float32]  # [5] immediate reward for 0..4 lines
    discount: float
    dead_value: float
    window_rows: int  # maximum number of rows seen at once; 0: all of them

    def own_copy(self) -> Network:
        """The same network with its own working memory, for another thread."""
        memory = ("hidden", "row", "values", "window")
        return self._replace(**{name: getattr(self, name).copy() for name in memory})


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
    return Network(
        weights=np.concatenate([np.ascontiguousarray(weight.T, np.float32).ravel() for weight, _ in layers]),
        biases=np.concatenate([np.asarray(bias, np.float32) for _, bias in layers]),
        sizes=np.array(sizes, np.int64),
        diversity_weight=float(diversity_weight),
        hidden=np.zeros((2, max(sizes)), np.float32),
        row=np.zeros(NUM_FEATURES, np.float32),
        values=np.zeros(NUM_ACTIONS, np.float32),
        window=np.zeros(NUM_COLS, np.int64),
        feature_rewards=feature_rewards.astype(np.float32),
        line_rewards=np.array(line_rewards, np.float32),
        discount=float(discount),
        dead_value=float(dead_value),
        window_rows=int(window_rows),
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


@inlined
def _layer(weights: Any, biases: Any, source: Any, inputs: int, target: Any) -> None:
    """Compute target = weights.T @ source + biases; the (inputs, outputs) weights are one (n,) array.

    Takes four inputs at a time, so that `target` is read and written a quarter as often. Every array starts
    at 0 and is as long as its loop: otherwise the compiler does not vectorize the additions.
    """
    outputs = target.shape[0]
    copy_row(biases, target)
    last = inputs - inputs % 4
    for i in range(0, last, 4):
        a, b, c, d = source[i], source[i + 1], source[i + 2], source[i + 3]
        wa = weights[i * outputs : (i + 1) * outputs]
        wb = weights[(i + 1) * outputs : (i + 2) * outputs]
        wc = weights[(i + 2) * outputs : (i + 3) * outputs]
        wd = weights[(i + 3) * outputs : (i + 4) * outputs]
        for j in range(outputs):
            target[j] += (a * wa[j] + b * wb[j]) + (c * wc[j] + d * wd[j])
    for i in range(last, inputs):
        a, wa = source[i], weights[i * outputs : (i + 1) * outputs]
        for j in range(outputs):
            target[j] += a * wa[j]


@inlined
def value_row(network: Network, row: Any) -> Any:
    """The network's value of one afterstate, from its features in `row[:NUM_FEATURES]`."""
    layers = network.sizes.shape[0] - 1
    weight_at, bias_at = 0, 0
    for layer in range(layers):
        inputs, outputs = network.sizes[layer], network.sizes[layer + 1]
        weights = network.weights[weight_at : weight_at + inputs * outputs]
        biases = network.biases[bias_at : bias_at + outputs]
        target = network.hidden[layer % 2, :outputs]
        _layer(weights, biases, row if layer == 0 else network.hidden[(layer + 1) % 2], inputs, target)
        if layer < layers - 1:
            for j in range(outputs):
                target[j] = max(target[j], np.float32(0))
        weight_at += inputs * outputs
        bias_at += outputs
    value = network.hidden[(layers - 1) % 2, 0]
    if network.diversity_weight != 0.0:
        value += np.float32(network.diversity_weight) * np.float32(pattern_diversity(row))
    return value


@kernel
def value_observations(network: Network, observations: Any, values: Any) -> None:
    """Value (N, 40, NUM_FEATURES + 1) float32 observations into (N, 40) float32 `values`.

    The value of a placement that does not survive is NaN.
    """
    for n in range(observations.shape[0]):
        for action in range(NUM_ACTIONS):
            row = observations[n, action]
            values[n, action] = value_row(network, row) if row[NUM_FEATURES] != 0 else np.nan


@inlined
def _try_placement(
    network: Network,
    height: int,
    next_piece: int,
    garbage_due: bool,
    workspace: Workspace,
    shape: int,
    left: int,
    y: int,
) -> Any:
    """Add a placement to the workspace's board; if it survives, write its features into `network.row`.

    Returns (whether it survives, lines). The afterstate is `cleared` if there are lines, else `walled`.
    """
    walled, cleared = workspace.walled, workspace.cleared
    add_shape(walled, shape, left, y)
    features = measure_placement(walled, workspace.column_sums, cleared, shape, left, y)
    board = cleared if features.lines else walled
    is_surviving = survives(board, height, next_piece, garbage_due)
    if is_surviving:
        write_features(features, board, network.row)
    return is_surviving, features.lines


@inlined
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
    placements = workspace.placements
    best = np.float32(network.dead_value)
    for p in range(measure_and_list(columns, height, piece, workspace)):
        shape, left, y = placements[p, SHAPE], placements[p, COL], placements[p, REST]
        if y < 0:
            continue
        is_surviving, _ = _try_placement(network, height, next_piece, garbage_due, workspace, shape, left, y)
        if is_surviving:
            best = max(best, value_row(network, network.row))
        remove_shape(workspace.walled, shape, left, y)
    return best


@inlined
def _immediate_reward(network: Network, lines: int) -> Any:
    """The reward of the move that led to the afterstate in `network.row`."""
    reward = network.line_rewards[lines]
    for k in range(NUM_FEATURES):
        reward += network.feature_rewards[k] * network.row[k]
    return reward


@inlined
def _choose_window(network: Network, columns: Any, height: int) -> int:
    """Write the part of a board, (10,) columns, that the network sees to `network.window`; returns its rows.

    The window is placed so that the mean column fills `_FILL_RATIO` of it and the highest column leaves a row
    free, as far as the board allows; everything below the window counts as floor.
    """
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
    return rows


@inlined
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
    rows = _choose_window(network, games.columns[i], rules.height)
    choice = _value_window(network, rows, games, rules, i, lookahead, workspace, next_workspace, values)
    if np.isnan(values[choice]) and rows < rules.height:  # placements that leave the window may survive
        copy_row(games.columns[i], network.window)
        choice = _value_window(
            network, rules.height, games, rules, i, lookahead, workspace, next_workspace, values
        )
    return choice


@inlined
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
    walled, cleared, placements = workspace.walled, workspace.cleared, workspace.placements
    piece, next_piece = games.piece[i], games.queue[i, 0]
    garbage_due = is_garbage_due(games.pieces[i], rules)
    garbage_due_next = is_garbage_due(games.pieces[i] + 1, rules)
    values[:] = np.nan
    best, choice = _LOWEST, int64(FALLBACK_ACTION)
    for p in range(measure_and_list(network.window, height, piece, workspace)):
        shape, left = placements[p, SHAPE], placements[p, COL]
        y, action = placements[p, REST], placements[p, ACTION]
        if y < 0:
            continue
        is_surviving, lines = _try_placement(
            network, height, next_piece, garbage_due, workspace, shape, left, y
        )
        if is_surviving:
            if lookahead:
                board = cleared if lines else walled
                value = _immediate_reward(network, lines)
                best_next = _best_value(
                    network,
                    board[1:11],
                    height,
                    next_piece,
                    games.queue[i, 1],
                    garbage_due_next,
                    next_workspace,
                )
                value += np.float32(network.discount) * best_next
            else:
                value = value_row(network, network.row)
            if value > best or (value == best and action < choice):
                best, choice = value, action
            k = 0
            while action >= 0:
                values[action] = value
                k += 1
                action = equivalent_action(piece, placements[p, GROUP], k)
        remove_shape(walled, shape, left, y)
    return choice


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
