"""Steps many games at once: one compiled call plays a placement in each of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.board import (
    DEAD,
    UNKNOWN_PIECE,
    add_shape,
    add_walls,
    copy_row,
    full_rows,
    landing,
    push_garbage,
    remove_rows,
    survives,
)
from tetris_arcade.engine.game_state import RUNNING, TERMINATED, TRUNCATED, EndedGames, GameStates
from tetris_arcade.engine.jit import inlined, int64, kernel, popcount
from tetris_arcade.engine.observations import is_garbage_due, observe, terminal_classic
from tetris_arcade.engine.piece_tables import WIDTH
from tetris_arcade.engine.placements import Workspace, mask_actions, shape_and_left
from tetris_arcade.engine.randomizer import GENERATOR_WORDS, draw_garbage_hole, draw_piece, reset_bag
from tetris_arcade.engine.reward_kernels import final_reward, placement_reward, stats_before_placement
from tetris_arcade.engine.rules import Rules
from tetris_arcade.engine.tetromino import NUM_COLS, NUM_ROTATIONS, QUEUE_SIZE

INVALID_ACTION_REWARD = -0.1
"""tetris-gymnasium's reward for an action that leaves the frame; it ends the game."""
ALIVE_REWARD = 1
NO_ROTATION, ILLEGAL_ACTION = 0, -1
"""Values of `kept_rotation` other than the quarter turns 1..3."""


@inlined
def garbage_is_due(games: GameStates, rules: Rules, i: int) -> bool:
    """Whether a garbage row comes after the active piece in game i."""
    return is_garbage_due(games.pieces[i], rules)


@inlined
def known_next_piece(games: GameStates, rules: Rules, i: int) -> int:
    """The piece after the active one in game i, UNKNOWN_PIECE under the literature's rules."""
    return int64(UNKNOWN_PIECE) if rules.literature else games.queue[i, 0]


@inlined
def _next_piece(games: GameStates, rules: Rules, i: int) -> None:
    games.piece[i] = games.queue[i, 0]
    for k in range(QUEUE_SIZE - 1):
        games.queue[i, k] = games.queue[i, k + 1]
    games.queue[i, QUEUE_SIZE - 1] = draw_piece(games.generator[i], games.bag[i], rules.randomizer)


@kernel
def _reset_game(games: GameStates, rules: Rules, i: int) -> None:
    games.columns[i] = 0
    for k in range(GENERATOR_WORDS):
        games.start_state[i, k] = games.generator[i, k]
    games.start_state[i, GENERATOR_WORDS] = games.garbage[i, 0]
    reset_bag(games.generator[i], games.bag[i], rules.randomizer)
    for _ in range(QUEUE_SIZE + 1):
        _next_piece(games, rules, i)
    games.lines[i] = games.pieces[i] = games.score[i] = games.tetrises[i] = 0
    games.reward[i] = 0.0


@inlined
def _lock(games: GameStates, i: int, shape: int, left: int, y: int, walled: Any) -> int:
    """Lock a landed shape and clear the full rows; returns the lines."""
    add_shape(walled, shape, left, y)
    full = full_rows(walled)
    for c in range(NUM_COLS) if full else range(left, left + WIDTH[shape]):
        games.columns[i, c] = remove_rows(walled[c + 1], full)
    return popcount(full)


@inlined
def _push_due_garbage(games: GameStates, rules: Rules, i: int) -> bool:
    """Push in a garbage row if one is due; False if that pushes a cell out at the top."""
    if not garbage_is_due(games, rules, i):
        return True
    return push_garbage(games.columns[i], rules.height, draw_garbage_hole(games.garbage[i]))


@inlined
def play_move(games: GameStates, rules: Rules, i: int, action: int, workspace: Workspace) -> Any:
    """Play one placement in game i; returns (reward, lines, status, kept_rotation).

    A game that ends is not reset. `kept_rotation`: a piece that collides at spawn keeps its quarter turns,
    which shows in tetris-gymnasium's next observation; ILLEGAL_ACTION if the piece would leave the frame.
    """
    walled = workspace.walled
    shape, left = shape_and_left(games.piece[i], action)
    if left < 0 or left + WIDTH[shape] > NUM_COLS:
        reward = INVALID_ACTION_REWARD - rules.game_over_penalty
        return reward, int64(0), TERMINATED, int64(ILLEGAL_ACTION)
    add_walls(games.columns[i], rules.height, walled)
    y = landing(walled, rules.height, shape, left)
    if y == DEAD:
        return -rules.game_over_penalty, int64(0), TERMINATED, int64(action % NUM_ROTATIONS)

    before = stats_before_placement(games.columns[i], rules)
    lines = _lock(games, i, shape, left, y, walled)
    reward = placement_reward(rules, lines, before, games.columns[i])
    fits = _push_due_garbage(games, rules, i)
    games.lines[i] += lines
    games.tetrises[i] += lines == 4
    games.pieces[i] += 1
    _next_piece(games, rules, i)
    add_walls(games.columns[i], rules.height, walled)
    spawning = int64(UNKNOWN_PIECE) if rules.literature else games.piece[i]
    if not fits or not survives(walled, rules.height, spawning, False):
        return final_reward(rules, reward), lines, TERMINATED, int64(NO_ROTATION)
    games.score[i] += lines * lines * NUM_COLS + ALIVE_REWARD
    is_last = rules.max_pieces > 0 and games.pieces[i] >= rules.max_pieces
    return reward, lines, TRUNCATED if is_last else RUNNING, int64(NO_ROTATION)


@inlined
def _record_ended(games: GameStates, i: int, kept_rotation: int, ended: EndedGames) -> None:
    ended.kept_rotation[i] = kept_rotation
    ended.lines[i] = games.lines[i]
    ended.pieces[i] = games.pieces[i]
    ended.score[i] = games.score[i]
    ended.reward[i] = games.reward[i]
    copy_row(games.columns[i], ended.columns[i])
    ended.piece[i] = games.piece[i]
    copy_row(games.queue[i], ended.queue[i])
    copy_row(games.start_state[i], ended.start_state[i])


@kernel
def _reset_all(games: GameStates, rules: Rules) -> None:
    for i in range(games.piece.shape[0]):
        _reset_game(games, rules, i)


@kernel
def play_all(
    games: GameStates,
    rules: Rules,
    start: int,
    stop: int,
    actions: Any,
    workspace: Workspace,
    rewards: Any,
    ended: EndedGames,
) -> int:
    """Play a placement in each game start..stop-1 and reset those that end; returns how many ended."""
    count = 0
    for i in range(start, stop):
        reward, _, status, kept_rotation = play_move(games, rules, i, actions[i], workspace)
        rewards[i] = reward
        games.reward[i] += reward
        ended.status[i] = status
        if status != RUNNING:
            count += 1
            _record_ended(games, i, kept_rotation, ended)
            _reset_game(games, rules, i)
    return count


def reset_games(
    games: GameStates, rules: Rules, workspace: Workspace, observations: NDArray[np.float32]
) -> None:
    """Restart every game and write (N, 40, F) float32 `observations`."""
    _reset_all(games, rules)
    observe_games(games, rules, workspace, observations)


def observe_games(
    games: GameStates, rules: Rules, workspace: Workspace, observations: NDArray[np.float32]
) -> None:
    """Write (N, 40, F) float32 `observations` of the games in their current state."""
    n = games.piece.shape[0]
    observe(games.observed, np.ones(n, np.int8), rules, 0, n, workspace, observations)


def step_games(
    games: GameStates,
    rules: Rules,
    start: int,
    stop: int,
    actions: NDArray[np.int64],
    workspace: Workspace,
    rewards: NDArray[np.float32],
    observations: NDArray[np.float32],
    last_observations: NDArray[np.float32],
    ended: EndedGames,
) -> None:
    """Play one placement in each of the games start..stop-1 and reset those that end.

    actions: (N,) int64, each 0..39. Writes (N,) float32 `rewards` and (N, 40, F) float32 `observations`. For
    the games that ended, writes the observation before the reset into `last_observations` and their totals
    into `ended`.
    """
    if play_all(games, rules, start, stop, actions, workspace, rewards, ended):
        observe(ended.observed, ended.status, rules, start, stop, workspace, last_observations)
        if rules.classic:
            for i in start + np.flatnonzero(ended.status[start:stop]):
                terminal_classic(last_observations[i], rules.height, int(ended.kept_rotation[i]))
    all_selected = np.ones(stop, np.int8)
    observe(games.observed, all_selected, rules, start, stop, workspace, observations)


@kernel
def play_one(games: GameStates, rules: Rules, action: int, workspace: Workspace) -> Any:
    """Call `play_move` for the first game from outside the kernels."""
    return play_move(games, rules, 0, action, workspace)


@kernel
def mask_games(games: GameStates, rules: Rules, workspace: Workspace, legal: Any, surviving: Any) -> None:
    """Write (N, 40) bool `legal` and `surviving`, see `mask_actions`."""
    for i in range(games.piece.shape[0]):
        mask_actions(
            games.columns[i],
            rules.height,
            games.piece[i],
            known_next_piece(games, rules, i),
            garbage_is_due(games, rules, i),
            workspace,
            legal[i],
            surviving[i],
        )
