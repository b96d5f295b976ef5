"""The compiled parts of a timestep of `PlacementDQN`: listing placements, acting, storing, targets.

`training.compiled_learner` puts them together with those of `engine`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.board import copy_row
from tetris_arcade.engine.dense import BLOCK_ROWS, ROW_WIDTH, new_activations, value_rows
from tetris_arcade.engine.dense_gradients import GradientWorkspace, new_gradient_workspace
from tetris_arcade.engine.game_state import RUNNING, TERMINATED, TRUNCATED, EndedGames, GameStates
from tetris_arcade.engine.jit import inlined, int64, kernel
from tetris_arcade.engine.observations import is_garbage_due
from tetris_arcade.engine.piece_tables import IS_LEGAL
from tetris_arcade.engine.placements import Workspace, equivalent_action, list_surviving
from tetris_arcade.engine.randomizer import random_fraction
from tetris_arcade.engine.rules import Rules
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.training.replay_kernels import (
    BoardBatch,
    DrawnTransitions,
    TransitionRing,
    draw_transitions,
    new_board_batch,
    new_drawn_transitions,
    segment_max,
    segment_value_at_argmax,
)

_NO_ROW = -1


class NetworkArrays(NamedTuple):
    """A network that learns, laid out as in `engine.dense`; flat float32 arrays of one length."""

    layers: NDArray[np.int64]
    online: NDArray[np.float32]
    target: NDArray[np.float32]
    gradients: NDArray[np.float32]
    first_moment: NDArray[np.float32]
    second_moment: NDArray[np.float32]
    steps: NDArray[np.float32]  # [parameter tensors] Adam's step count, the same for all


class ListedPlacements(NamedTuple):
    """The distinct surviving placements of B boards, one board after the other, up to 40 each."""

    features: NDArray[np.float32]  # [40 * B + 6, 32]
    inputs: NDArray[np.float32]  # [40 * B + 6, 32] the features, scaled
    actions: NDArray[np.int64]  # [40 * B, 2] lowest action and group
    ends: NDArray[np.int64]  # [B]
    values: NDArray[np.float32]  # [40 * B]
    input_scale: NDArray[np.float32]  # [32] 0 after the features
    activations: NDArray[np.float32]


def new_listed_placements(
    size: int, input_scale: NDArray[np.float32], layers: NDArray[np.int64]
) -> ListedPlacements:
    """Allocate room for the placements of `size` boards."""
    rows = size * NUM_ACTIONS
    return ListedPlacements(
        features=np.zeros((rows + BLOCK_ROWS, ROW_WIDTH), np.float32),
        inputs=np.zeros((rows + BLOCK_ROWS, ROW_WIDTH), np.float32),
        actions=np.zeros((rows, 2), np.int64),
        ends=np.zeros(size, np.int64),
        values=np.zeros(rows, np.float32),
        input_scale=input_scale,
        activations=new_activations(layers),
    )


class ActingState(NamedTuple):
    """The boards of N environments, their placements, and the last actions."""

    boards: BoardBatch
    placements: ListedPlacements
    row: NDArray[np.int64]  # [N] the chosen placement, -1 if none survives
    action: NDArray[np.int64]  # [N]
    explored: NDArray[np.bool_]  # [N]
    features: NDArray[np.float32]  # [N, 32] of the chosen placement
    rewards: NDArray[np.float32]  # [N]
    shown_values: NDArray[np.float32]  # [40] Q-values of environment 0's last board, NaN if it ends the game
    random: NDArray[np.float64]  # [N, 40]
    allowed: NDArray[np.bool_]  # [40] working memory, as the next
    row_of_action: NDArray[np.int64]  # [40]


def new_acting_state(n_envs: int, input_scale: NDArray[np.float32], layers: NDArray[np.int64]) -> ActingState:
    """Allocate the state of `n_envs` environments."""
    return ActingState(
        boards=new_board_batch(n_envs),
        placements=new_listed_placements(n_envs, input_scale, layers),
        row=np.full(n_envs, _NO_ROW),
        action=np.zeros(n_envs, np.int64),
        explored=np.zeros(n_envs, np.bool_),
        features=np.zeros((n_envs, ROW_WIDTH), np.float32),
        rewards=np.zeros(n_envs, np.float32),
        shown_values=np.full(NUM_ACTIONS, np.nan, np.float32),
        random=np.zeros((n_envs, NUM_ACTIONS)),
        allowed=np.zeros(NUM_ACTIONS, np.bool_),
        row_of_action=np.zeros(NUM_ACTIONS, np.int64),
    )


class LearningState(NamedTuple):
    """A minibatch of B transitions and the memory of a gradient step."""

    drawn: DrawnTransitions
    placements: ListedPlacements  # of the next boards
    online_values: NDArray[np.float32]  # [40 * B]
    inputs: NDArray[np.float32]  # [B + 6, 32]
    next_values: NDArray[np.float32]  # [B]
    targets: NDArray[np.float32]  # [B]
    values: NDArray[np.float32]  # [B]
    gradient_workspace: GradientWorkspace


def new_learning_state(
    batch_size: int, input_scale: NDArray[np.float32], layers: NDArray[np.int64]
) -> LearningState:
    """Allocate the memory of minibatches of `batch_size` transitions."""
    return LearningState(
        drawn=new_drawn_transitions(batch_size),
        placements=new_listed_placements(batch_size, input_scale, layers),
        online_values=np.zeros(batch_size * NUM_ACTIONS, np.float32),
        inputs=np.zeros((batch_size + BLOCK_ROWS, ROW_WIDTH), np.float32),
        next_values=np.zeros(batch_size, np.float32),
        targets=np.zeros(batch_size, np.float32),
        values=np.zeros(batch_size, np.float32),
        gradient_workspace=new_gradient_workspace(layers, batch_size),
    )


class LearningRule(NamedTuple):
    """The constants of the algorithm, see `TrainConfig`."""

    gamma: float
    n_steps: int
    reward_scale: float
    double_q: bool
    huber_delta: float
    max_grad_norm: float


# --- Acting ---


@kernel
def list_current(games: GameStates, rules: Rules, acting: ActingState, workspace: Workspace) -> None:
    """List the placements of the games in their current state."""
    boards = acting.boards
    for i in range(games.piece.shape[0]):
        copy_row(games.columns[i], boards.columns[i])
        boards.piece[i], boards.next_piece[i] = games.piece[i], games.queue[i, 0]
        boards.garbage_is_due[i] = is_garbage_due(games.pieces[i], rules)
    _list_placements(boards, rules.height, rules.classic, workspace, acting.placements)


@inlined
def _list_placements(
    boards: BoardBatch, height: int, classic: bool, workspace: Workspace, placements: ListedPlacements
) -> int:
    count = list_surviving(
        boards.columns,
        height,
        boards.piece,
        boards.next_piece,
        boards.garbage_is_due,
        classic,
        workspace,
        placements.features,
        placements.actions,
        placements.ends,
    )
    for row in range(count):
        for k in range(ROW_WIDTH):
            placements.inputs[row, k] = placements.features[row, k] * placements.input_scale[k]
    return count


@kernel
def choose_actions(acting: ActingState, generator: Any, exploration_rate: float) -> None:
    """Choose an action per game: the placement with the highest Q-value, or a random surviving one.

    With an exploration rate above 1, all are random without drawing whether they are.
    """
    placements, has_explored, n = acting.placements, False, acting.action.shape[0]
    for i in range(n):
        acting.explored[i] = exploration_rate > 1.0 or random_fraction(generator) < exploration_rate
        has_explored |= acting.explored[i]
    if has_explored:
        for i in range(n):
            for action in range(NUM_ACTIONS):
                acting.random[i, action] = random_fraction(generator)
    acting.shown_values[:] = np.nan
    start = int64(0)
    for i in range(n):
        end, piece = placements.ends[i], acting.boards.piece[i]
        if i == 0:
            for row in range(end):
                _set_for_actions(acting.shown_values, placements, row, piece, placements.values[row])
        if end == start:
            acting.row[i] = _NO_ROW
            copy_row(IS_LEGAL[piece], acting.allowed)
            acting.action[i] = (
                _random_action(acting, i) if acting.explored[i] else _lowest_legal_action(piece)
            )
        elif acting.explored[i]:
            acting.allowed[:] = False
            for row in range(start, end):
                _set_for_actions(acting.allowed, placements, row, piece, True)
                _set_for_actions(acting.row_of_action, placements, row, piece, row)
            acting.action[i] = _random_action(acting, i)
            acting.row[i] = acting.row_of_action[acting.action[i]]
        else:
            acting.row[i] = _best_row(placements, start, end)
            acting.action[i] = placements.actions[acting.row[i], 0]
        copy_row(placements.features[max(acting.row[i], 0)], acting.features[i])
        start = end


@inlined
def _set_for_actions(array: Any, placements: ListedPlacements, row: int, piece: int, value: Any) -> None:
    """Write `value` at every action of (40,) `array` that makes a listed placement."""
    k, action = int64(0), placements.actions[row, 0]
    while action >= 0:
        array[action] = value
        k += 1
        action = equivalent_action(piece, placements.actions[row, 1], k)


@inlined
def _best_row(placements: ListedPlacements, start: int, end: int) -> int:
    """The placement with the highest Q-value; among equals, the one with the lowest action."""
    best, values, actions = start, placements.values, placements.actions
    for row in range(start + 1, end):
        is_equal = values[row] == values[best]
        if values[row] > values[best] or (is_equal and actions[row, 0] < actions[best, 0]):
            best = row
    return best


@inlined
def _random_action(acting: ActingState, i: int) -> int:
    """The allowed action with the highest random number of game i."""
    chosen, highest = int64(0), -1.0
    for action in range(NUM_ACTIONS):
        if acting.allowed[action] and acting.random[i, action] > highest:
            chosen, highest = int64(action), acting.random[i, action]
    return chosen


@inlined
def _lowest_legal_action(piece: int) -> int:
    lowest = int64(0)
    while not IS_LEGAL[piece, lowest]:
        lowest += 1
    return lowest


@kernel
def store_transitions(
    ring: TransitionRing,
    games: GameStates,
    ended: EndedGames,
    rules: Rules,
    rule: LearningRule,
    acting: ActingState,
) -> None:
    """Store the transitions that something can be learned from, see `PlacementDQN._store_transition`.

    The games have been played and `acting.placements` lists their new boards.
    """
    capacity, start = ring.reward.shape[1], int64(0)
    penalty = np.float32(rule.gamma * rules.game_over_penalty)
    for i in range(acting.action.shape[0]):
        can_survive, start = acting.placements.ends[i] > start, acting.placements.ends[i]
        if acting.row[i] == _NO_ROW:
            continue
        at, is_over = ring.stored[i] % capacity, ended.status[i] != RUNNING
        is_lost = not is_over and not can_survive
        reward = acting.rewards[i] - penalty if is_lost else acting.rewards[i]
        ring.reward[i, at] = reward * np.float32(rule.reward_scale)
        ring.ending[i, at] = TERMINATED if is_over or is_lost else RUNNING
        if ended.status[i] == TRUNCATED:
            ring.ending[i, at] = TRUNCATED
        for k in range(ring.features.shape[2]):
            ring.features[i, at, k] = np.int16(acting.features[i, k] * np.float32(2))
        if is_over:
            copy_row(ended.columns[i], ring.columns[i, at])
            ring.piece[i, at], ring.next_piece[i, at] = ended.piece[i], ended.queue[i, 0]
        else:
            copy_row(games.columns[i], ring.columns[i, at])
            ring.piece[i, at], ring.next_piece[i, at] = games.piece[i], games.queue[i, 0]
        pieces = ended.pieces[i] if is_over else games.pieces[i]
        ring.garbage_is_due[i, at] = is_garbage_due(pieces, rules)
        ring.stored[i] += 1


# --- Learning ---


@kernel
def compute_targets(
    network: NetworkArrays,
    ring: TransitionRing,
    rules: Rules,
    rule: LearningRule,
    learning: LearningState,
    generator: Any,
    workspace: Workspace,
) -> None:
    """Draw a minibatch and write its inputs and targets."""
    drawn, placements = learning.drawn, learning.placements
    draw_transitions(ring, generator, rule.n_steps, rule.gamma, drawn)
    for b in range(drawn.env.shape[0]):
        for k in range(ring.features.shape[2]):
            feature = np.float32(ring.features[drawn.env[b], drawn.first[b], k]) * np.float32(0.5)
            learning.inputs[b, k] = feature * placements.input_scale[k]
    count = _list_placements(drawn.boards, rules.height, rules.classic, workspace, placements)
    value_rows(
        network.target, network.layers, placements.inputs, count, placements.activations, placements.values
    )
    if rule.double_q:
        value_rows(
            network.online,
            network.layers,
            placements.inputs,
            count,
            placements.activations,
            learning.online_values,
        )
        segment_value_at_argmax(
            learning.online_values, placements.values, placements.ends, learning.next_values
        )
    else:
        segment_max(placements.values, placements.ends, learning.next_values)
    for b in range(drawn.env.shape[0]):
        learning.targets[b] = drawn.returns[b] + drawn.discounts[b] * learning.next_values[b]
