"""A timestep of `PlacementDQN`, compiled from end to end: act, step, store; sample, value, learn."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.board import copy_row
from tetris_arcade.engine.dense import BLOCK_ROWS, ROW_WIDTH, new_activations, value_rows
from tetris_arcade.engine.dense_gradients import (
    GradientWorkspace,
    compute_gradients,
    new_gradient_workspace,
    step_adam,
)
from tetris_arcade.engine.game_state import RUNNING, TERMINATED, TRUNCATED, EndedGames, GameStates
from tetris_arcade.engine.jit import inlined, int64, kernel
from tetris_arcade.engine.observations import is_garbage_due
from tetris_arcade.engine.piece_tables import IS_LEGAL
from tetris_arcade.engine.placements import Workspace, equivalent_action, list_surviving, mask_actions
from tetris_arcade.engine.randomizer import random_fraction
from tetris_arcade.engine.rules import Rules
from tetris_arcade.engine.simulation import play_all
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_ROTATIONS
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
    legal: NDArray[np.bool_]  # [40]
    surviving: NDArray[np.bool_]  # [40]


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
        legal=np.zeros(NUM_ACTIONS, np.bool_),
        surviving=np.zeros(NUM_ACTIONS, np.bool_),
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
    metrics: NDArray[np.float64]  # [2] mean loss of the last call, mean Q-value of its last minibatch


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
        metrics=np.full(2, np.nan),
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
def choose_actions(
    games: GameStates,
    rules: Rules,
    acting: ActingState,
    generator: Any,
    exploration_rate: float,
    workspace: Workspace,
) -> None:
    """Choose an action per game: the placement with the highest Q-value, or a random surviving one.

    With an exploration rate above 1, all are random without drawing whether they are.
    """
    placements, has_explored = acting.placements, False
    for i in range(acting.action.shape[0]):
        acting.explored[i] = exploration_rate > 1.0 or random_fraction(generator) < exploration_rate
        has_explored |= acting.explored[i]
    if has_explored:
        for i in range(acting.action.shape[0]):
            for action in range(NUM_ACTIONS):
                acting.random[i, action] = random_fraction(generator)
    start = int64(0)
    for i in range(acting.action.shape[0]):
        end = placements.ends[i]
        if acting.explored[i]:
            acting.action[i] = _random_action(games, rules, i, acting, workspace)
            acting.row[i] = _row_with_action(placements, start, end, games.piece[i], acting.action[i])
        elif end == start:
            acting.action[i], acting.row[i] = _lowest_legal_action(games.piece[i]), _NO_ROW
        else:
            acting.row[i] = _best_row(placements, start, end)
            acting.action[i] = placements.actions[acting.row[i], 0]
        start = end


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
def _random_action(games: GameStates, rules: Rules, i: int, acting: ActingState, workspace: Workspace) -> int:
    """A random surviving action of game i, or a random legal one if none survives."""
    boards = acting.boards
    mask_actions(
        boards.columns[i],
        rules.height,
        boards.piece[i],
        boards.next_piece[i],
        boards.garbage_is_due[i],
        workspace,
        acting.legal,
        acting.surviving,
    )
    survives = False
    for action in range(NUM_ACTIONS):
        survives |= acting.surviving[action]
    chosen, highest = int64(0), -1.0
    for action in range(NUM_ACTIONS):
        is_allowed = acting.surviving[action] if survives else acting.legal[action]
        if is_allowed and acting.random[i, action] > highest:
            chosen, highest = int64(action), acting.random[i, action]
    return chosen


@inlined
def _row_with_action(placements: ListedPlacements, start: int, end: int, piece: int, action: int) -> int:
    """The row of the placement that an action makes, or -1 if it does not survive."""
    found = int64(_NO_ROW)
    for row in range(start, end):
        k, member = int64(0), placements.actions[row, 0]
        while member >= 0:
            if member == action:
                found = row
            k += 1
            member = equivalent_action(piece, placements.actions[row, 1], k)
    return found


@inlined
def _lowest_legal_action(piece: int) -> int:
    lowest = int64(0)
    while not IS_LEGAL[piece, lowest]:
        lowest += 1
    return lowest


@kernel
def collect(
    network: NetworkArrays,
    ring: TransitionRing,
    games: GameStates,
    ended: EndedGames,
    rules: Rules,
    rule: LearningRule,
    acting: ActingState,
    generator: Any,
    exploration_rate: float,
    workspace: Workspace,
) -> int:
    """Play one action in each game and store the transitions; returns how many games ended.

    `acting` must list the current boards (`list_current`), and does so again afterwards.
    """
    n, placements = acting.action.shape[0], acting.placements
    value_rows(
        network.online,
        network.layers,
        placements.inputs,
        placements.ends[n - 1],
        placements.activations,
        placements.values,
    )
    choose_actions(games, rules, acting, generator, exploration_rate, workspace)
    _show_values(acting)
    for i in range(n):
        copy_row(placements.features[max(acting.row[i], 0)], acting.features[i])
    count = play_all(games, rules, 0, n, acting.action, workspace, acting.rewards, ended)
    list_current(games, rules, acting, workspace)
    _store(ring, games, ended, rules, rule, acting)
    return int64(count)


@inlined
def _show_values(acting: ActingState) -> None:
    """Write the Q-values of environment 0's actions into `shown_values`."""
    placements, shown = acting.placements, acting.shown_values
    shown[:] = np.nan
    for row in range(placements.ends[0]):
        for k in range(NUM_ROTATIONS):
            group = placements.actions[row, 1]
            action = (
                placements.actions[row, 0] if k == 0 else equivalent_action(acting.boards.piece[0], group, k)
            )
            if action >= 0:
                shown[action] = placements.values[row]


@inlined
def _store(
    ring: TransitionRing,
    games: GameStates,
    ended: EndedGames,
    rules: Rules,
    rule: LearningRule,
    acting: ActingState,
) -> None:
    """Store the transitions that something can be learned from, see `PlacementDQN._store_transition`."""
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


@kernel
def learn(
    network: NetworkArrays,
    ring: TransitionRing,
    rules: Rules,
    rule: LearningRule,
    learning: LearningState,
    generator: Any,
    gradient_steps: int,
    learning_rate: float,
    workspace: Workspace,
) -> int:
    """Take gradient steps and write `metrics`; returns how many were taken before the loss was not finite."""
    total, taken = 0.0, int64(0)
    while taken < gradient_steps:
        compute_targets(network, ring, rules, rule, learning, generator, workspace)
        loss = compute_gradients(
            network.online,
            network.layers,
            learning.inputs,
            learning.targets,
            rule.huber_delta,
            learning.gradient_workspace,
            network.gradients,
            learning.values,
        )
        if not np.isfinite(loss):
            learning.metrics[0] = loss
            return taken
        total += loss
        step_adam(
            network.online,
            network.gradients,
            network.first_moment,
            network.second_moment,
            network.steps,
            learning_rate,
            rule.max_grad_norm,
        )
        taken += 1
    mean_value = 0.0
    for b in range(learning.values.shape[0]):
        mean_value += learning.values[b] / learning.values.shape[0]
    learning.metrics[0], learning.metrics[1] = total / gradient_steps, mean_value
    return taken
