"""A small network that values afterstates, run without a framework: players of every kind are one of these.

A linear player is a network without hidden layers. What a framework trained comes here as plain arrays.
On a board higher than the one it learnt on, a network sees a window of as many rows as that: what it knows of
risk holds near the top of a board, and a taller stack than any it met it values wildly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.features import FEATURES, NUM_FEATURES
from tetris_arcade.engine.board import add_shape, copy_row, remove_shape, survives
from tetris_arcade.engine.feature_kernels import measure_placement, write_features
from tetris_arcade.engine.jit import bit_length, inlined, int64, kernel
from tetris_arcade.engine.observations import is_garbage_due
from tetris_arcade.engine.placements import (
    ACTION,
    COL,
    FALLBACK_ACTION,
    GROUP,
    REST,
    SHAPE,
    Workspace,
    equivalent_action,
    measure_and_list,
)
from tetris_arcade.engine.rules import Rules
from tetris_arcade.engine.simulation import RUNNING, GameStates, play_move
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS

_WORST = np.float32(-3e38)
_STACK_SHARE = 0.4
"""How much of a window's height the mean column fills; for the champion the best of 0.3 to 0.6."""


class Network(NamedTuple):
    """A rectified network from 21 features to one value; for look-ahead, what a move earns at once."""

    weights: NDArray[np.float32]  # all layers' [inputs, outputs], one after the other
    biases: NDArray[np.float32]
    sizes: NDArray[np.int64]  # [layers + 1], from 21 to 1
    hidden: NDArray[np.float32]  # [2, widest] working memory: a network serves one thread
    row: NDArray[np.float32]  # [21] working memory
    values: NDArray[np.float32]  # [40] working memory
    seen: NDArray[np.int64]  # [10] working memory
    earned: NDArray[np.float32]  # [21] what each unit of a feature earns at once
    line_rewards: NDArray[np.float32]  # [5] what 0..4 lines earn at once
    discount: float
    dead_value: float
    rows: int  # at most so many rows of a board are seen at once; 0: all of them

    def own_copy(self) -> Network:
        """The same network with working memory of its own, for another thread."""
        memory = ("hidden", "row", "values", "seen")
        return self._replace(**{name: getattr(self, name).copy() for name in memory})


def make_network(
    layers: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]],
    *,
    line_rewards: Sequence[float] | NDArray[np.float32] = (0.0, 1.0, 2.0, 3.0, 4.0),
    discount: float = 0.99,
    dead_value: float = -1e6,
    earned: NDArray[np.float32] | None = None,
    rows: int = 0,
) -> Network:
    """A network from its layers' (weight (outputs, inputs), bias (outputs,)), shaped as torch has them.

    rows: of a higher board a window of so many rows is seen, see `Network`.
    """
    sizes = [layers[0][0].shape[1], *(weight.shape[0] for weight, _ in layers)]
    if sizes[0] != NUM_FEATURES or sizes[-1] != 1:
        raise ValueError(
            f"a network must go from {NUM_FEATURES} features to 1 value, got {sizes[0]} to {sizes[-1]}"
        )
    return Network(
        np.concatenate([np.ascontiguousarray(weight.T, np.float32).ravel() for weight, _ in layers]),
        np.concatenate([np.asarray(bias, np.float32) for _, bias in layers]),
        np.array(sizes, np.int64),
        np.zeros((2, max(sizes)), np.float32),
        np.zeros(NUM_FEATURES, np.float32),
        np.zeros(NUM_ACTIONS, np.float32),
        np.zeros(NUM_COLS, np.int64),
        np.zeros(NUM_FEATURES, np.float32) if earned is None else earned.astype(np.float32),
        np.array(line_rewards, np.float32),
        float(discount),
        float(dead_value),
        int(rows),
    )


_LINEAR_INPUTS = (
    "landing_height",
    "eroded_cells",
    "row_transitions",
    "column_transitions",
    "holes",
    "wells",
    "hole_depth",
    "rows_with_holes",
)


def linear_network(weights: NDArray[np.float64]) -> Network:
    """The network of a linear player: eight weights, see `engine.linear`, put at their features' places."""
    names = [feature.name for feature in FEATURES]
    weight = np.zeros((1, NUM_FEATURES), np.float32)
    for name, value in zip(_LINEAR_INPUTS, weights, strict=True):
        weight[0, names.index(name)] = value
    of_the_move = [names.index("landing_height"), names.index("eroded_cells")]
    earned = np.zeros(NUM_FEATURES, np.float32)
    earned[of_the_move] = weight[0, of_the_move]
    return make_network(
        [(weight, np.zeros(1, np.float32))], line_rewards=(0.0,) * 5, discount=1.0, earned=earned
    )


@inlined
def _layer(weights: Any, biases: Any, source: Any, inputs: int, target: Any) -> None:
    """target = weights.T @ source + biases, the (inputs, outputs) weights being one (n,) array.

    Four inputs at a time, so that `target` is read and written a quarter as often. Every array begins at 0
    and is as long as its loop: only then does the compiler see that it may add eight numbers in one
    instruction.
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
    """The network's value of one afterstate's (at least 21,) features."""
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
    return network.hidden[(layers - 1) % 2, 0]


@kernel
def value_observations(network: Network, observations: Any, values: Any) -> None:
    """Value (N, 40, 22) float32 observations into (N, 40) float32, NaN where a placement does not survive."""
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
    scratch: Workspace,
    shape: int,
    left: int,
    y: int,
) -> Any:
    """Put a placement on the scratch board; where the game goes on, its features are then `network.row`.

    Returns (whether it goes on, lines): the afterstate is `cleared` where there are lines, else `walled`.
    """
    walled, cleared = scratch.walled, scratch.cleared
    add_shape(walled, shape, left, y)
    measured = measure_placement(walled, scratch.measures, cleared, shape, left, y)
    board = cleared if measured[8] else walled
    lives = survives(board, height, next_piece, garbage_due)
    if lives:
        write_features(measured, board, network.row)
    return lives, measured[8]


@inlined
def _best_value(
    network: Network,
    columns: Any,
    height: int,
    piece: int,
    next_piece: int,
    garbage_due: bool,
    scratch: Workspace,
) -> Any:
    """The value of the best surviving placement, or the network's value of death."""
    places = scratch.places
    best = np.float32(network.dead_value)
    for p in range(measure_and_list(columns, height, piece, scratch)):
        shape, left, y = places[p, SHAPE], places[p, COL], places[p, REST]
        if y < 0:
            continue
        lives, _ = _try_placement(network, height, next_piece, garbage_due, scratch, shape, left, y)
        if lives:
            best = max(best, value_row(network, network.row))
        remove_shape(scratch.walled, shape, left, y)
    return best


@inlined
def _earned_at_once(network: Network, lines: int) -> Any:
    """What the move that led to the afterstate in `network.row` earned by itself."""
    earned = network.line_rewards[lines]
    for k in range(NUM_FEATURES):
        earned += network.earned[k] * network.row[k]
    return earned


@inlined
def _choose_window(network: Network, columns: Any, height: int) -> int:
    """Write what the network sees of a board, (10,) columns, into `network.seen`; returns how many rows.

    The window stands where the mean column fills `_STACK_SHARE` of it, but the highest leaves a row free, as
    far as the board goes; what lies below its floor counts as floor.
    """
    rows = min(network.rows, height) if network.rows > 0 else height
    highest, total = int64(0), int64(0)
    for c in range(NUM_COLS):
        top = bit_length(columns[c])
        highest = max(highest, top)
        total += top
    mean = (total + NUM_COLS // 2 - 1) // NUM_COLS  # rounded, a half down
    floor = max(mean - int64(_STACK_SHARE * rows), highest - (rows - 1))
    floor = max(0, min(floor, height - rows))
    for c in range(NUM_COLS):
        network.seen[c] = columns[c] >> floor
    return rows


@inlined
def value_placements(
    network: Network,
    games: GameStates,
    rules: Rules,
    i: int,
    lookahead: bool,
    scratch: Workspace,
    ahead: Workspace,
    values: Any,
) -> int:
    """Value the active piece's 40 placements in game i into (40,) float32, NaN where one does not survive, or
    leaves the window.

    With look-ahead a placement is worth what it earns at once and the discounted best that the known next
    piece can do after it. Returns the best action, the lowest among equals, or FALLBACK_ACTION where none
    survives.
    """
    rows = _choose_window(network, games.columns[i], rules.height)
    choice = _value_window(network, rows, games, rules, i, lookahead, scratch, ahead, values)
    if np.isnan(values[choice]) and rows < rules.height:  # what leaves the window may yet survive
        copy_row(games.columns[i], network.seen)
        choice = _value_window(network, rules.height, games, rules, i, lookahead, scratch, ahead, values)
    return choice


@inlined
def _value_window(
    network: Network,
    height: int,
    games: GameStates,
    rules: Rules,
    i: int,
    lookahead: bool,
    scratch: Workspace,
    ahead: Workspace,
    values: Any,
) -> int:
    """`value_placements` on the board `network.seen` of `height` rows."""
    walled, cleared, places = scratch.walled, scratch.cleared, scratch.places
    piece, next_piece = games.piece[i], games.queue[i, 0]
    garbage_due, due_after = (
        is_garbage_due(games.pieces[i], rules),
        is_garbage_due(games.pieces[i] + 1, rules),
    )
    values[:] = np.nan
    best, choice = _WORST, int64(FALLBACK_ACTION)
    for p in range(measure_and_list(network.seen, height, piece, scratch)):
        shape, left, y, action = places[p, SHAPE], places[p, COL], places[p, REST], places[p, ACTION]
        if y < 0:
            continue
        lives, lines = _try_placement(network, height, next_piece, garbage_due, scratch, shape, left, y)
        if lives:
            if lookahead:
                board = cleared if lines else walled
                value = _earned_at_once(network, lines)
                best_after = _best_value(
                    network, board[1:11], height, next_piece, games.queue[i, 1], due_after, ahead
                )
                value += np.float32(network.discount) * best_after
            else:
                value = value_row(network, network.row)
            if value > best or (value == best and action < choice):
                best, choice = value, action
            k = 0
            while action >= 0:
                values[action] = value
                k += 1
                action = equivalent_action(piece, places[p, GROUP], k)
        remove_shape(walled, shape, left, y)
    return choice


@kernel
def value_game(
    network: Network,
    games: GameStates,
    rules: Rules,
    i: int,
    lookahead: bool,
    scratch: Workspace,
    ahead: Workspace,
    values: Any,
) -> int:
    """`value_placements` for a caller outside the kernels."""
    return value_placements(network, games, rules, i, lookahead, scratch, ahead, values)


@kernel
def play_network(
    network: Network,
    games: GameStates,
    rules: Rules,
    lookahead: bool,
    pieces: int,
    running: Any,
    scratch: Workspace,
    ahead: Workspace,
) -> int:
    """Play up to `pieces` placements in each game whose (N,) bool `running` is set; clear it at its end.

    Returns the placements played. Games that end are not reset: their figures stay in `games`.
    """
    played = 0
    for i in range(games.piece.shape[0]):
        if not running[i]:
            continue
        for _ in range(pieces):
            action = value_placements(network, games, rules, i, lookahead, scratch, ahead, network.values)
            _, _, status, _ = play_move(games, rules, i, action, scratch)
            played += 1
            if status != RUNNING:
                running[i] = False
                break
    return played
