"""Many games at once: one compiled step for all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.rewards import LINES, SHAPED
from tetris_arcade.engine.board import (
    DEAD,
    add_shape,
    add_walls,
    can_spawn,
    copy_row,
    figures,
    full_rows,
    landing,
    push_garbage,
    remove_rows,
)
from tetris_arcade.engine.game_state import (
    RUNNING,
    TERMINATED,
    TRUNCATED,
    EndedGames,
    GameStates,
    new_ended,
    new_games,
)
from tetris_arcade.engine.jit import inlined, int64, kernel, popcount
from tetris_arcade.engine.observations import is_garbage_due, observe, terminal_classic
from tetris_arcade.engine.piece_tables import WIDTH
from tetris_arcade.engine.placements import Workspace, mask_actions, shape_and_left
from tetris_arcade.engine.randomizer import GENERATOR_WORDS, draw_garbage_hole, draw_piece, reset_bag
from tetris_arcade.engine.rules import Rules, make_rules
from tetris_arcade.engine.tetromino import NUM_COLS, QUEUE_SIZE

__all__ = [
    "RUNNING", "TERMINATED", "TRUNCATED", "EndedGames", "GameStates", "Rules", "make_rules", "mask_games", "new_ended",
    "new_games", "observe_games", "play_one", "reset_games", "step_games",
]  # fmt: skip

INVALID_ACTION_REWARD = -0.1
"""tetris-gymnasium's reward for an action that leaves the frame; it ends the game."""
ALIVE_REWARD = 1
NOT_TURNED, ILLEGAL_ACTION = 0, -1
"""What may stand for the quarter turns that a piece which could not lock has kept."""


@inlined
def garbage_is_due(games: GameStates, rules: Rules, i: int) -> bool:
    """Whether a garbage row pushes up after the piece that is now in play in game i."""
    return is_garbage_due(games.pieces[i], rules)


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
def _lock(games: GameStates, rules: Rules, i: int, shape: int, left: int, y: int, walled: Any) -> int:
    """Lock a landed shape and clear its full rows; returns the lines."""
    add_shape(walled, shape, left, y)
    full = full_rows(walled)
    for c in range(NUM_COLS) if full else range(left, left + WIDTH[shape]):
        games.columns[i, c] = remove_rows(walled[c + 1], full)
    return popcount(full)


@inlined
def _shaping(before: Any, after: Any, rules: Rules) -> float:
    """The shaped reward's penalty: how much the board's figures grew, weighted."""
    return (
        rules.holes_penalty * (after[1] - before[1])
        + rules.height_penalty * (after[0] - before[0])
        + rules.bumpiness_penalty * (after[2] - before[2])
    )


@inlined
def _push_due_garbage(games: GameStates, rules: Rules, i: int) -> bool:
    """Push the garbage row that may be due; False where it tops the game out."""
    if not garbage_is_due(games, rules, i):
        return True
    return push_garbage(games.columns[i], rules.height, draw_garbage_hole(games.garbage[i]))


@inlined
def play_move(games: GameStates, rules: Rules, i: int, action: int, scratch: Workspace) -> Any:
    """Play one placement in game i: (reward, lines, RUNNING or TERMINATED or TRUNCATED, turned).

    A game that ended is not reset. `kept_rotation`: a piece that could not lock keeps its quarter turns, which
    tetris-gymnasium's observation shows; ILLEGAL_ACTION where it would have left the frame.
    """
    walled = scratch.walled
    shape, left = shape_and_left(games.piece[i], action)
    if left < 0 or left + WIDTH[shape] > NUM_COLS:
        return (
            INVALID_ACTION_REWARD - rules.game_over_penalty,
            int64(0),
            TERMINATED,
            int64(ILLEGAL_ACTION),
        )
    add_walls(games.columns[i], rules.height, walled)
    y = landing(walled, rules.height, shape, left)
    if y == DEAD:
        return -rules.game_over_penalty, int64(0), TERMINATED, int64(action % 4)

    before = figures(games.columns[i]) if rules.reward == SHAPED else (int64(0), int64(0), int64(0))
    lines = _lock(games, rules, i, shape, left, y, walled)
    points = lines * lines * NUM_COLS + ALIVE_REWARD
    reward = float(lines if rules.reward == LINES else points)
    if rules.reward == SHAPED:
        reward -= _shaping(before, figures(games.columns[i]), rules)
    fits = _push_due_garbage(games, rules, i)
    games.lines[i] += lines
    games.tetrises[i] += lines == 4
    games.pieces[i] += 1
    _next_piece(games, rules, i)
    add_walls(games.columns[i], rules.height, walled)
    if not fits or not can_spawn(walled, rules.height, games.piece[i]):
        if rules.reward != LINES:
            reward = 0.0  # the package's: what the last placement earned is lost
        return reward - rules.game_over_penalty, lines, TERMINATED, int64(NOT_TURNED)
    games.score[i] += points
    is_last = rules.max_pieces > 0 and games.pieces[i] >= rules.max_pieces
    return reward, lines, TRUNCATED if is_last else RUNNING, int64(NOT_TURNED)


@inlined
def _keep_ended(games: GameStates, i: int, kept_rotation: int, ended: EndedGames) -> None:
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
def _play_all(
    games: GameStates,
    rules: Rules,
    start: int,
    stop: int,
    actions: Any,
    scratch: Workspace,
    rewards: Any,
    ended: EndedGames,
) -> int:
    """Play a placement in each game start..stop-1, and reset those that it ends; returns how many."""
    count = 0
    for i in range(start, stop):
        reward, _, status, kept_rotation = play_move(games, rules, i, actions[i], scratch)
        rewards[i] = reward
        games.reward[i] += reward
        ended.status[i] = status
        if status != RUNNING:
            count += 1
            _keep_ended(games, i, kept_rotation, ended)
            _reset_game(games, rules, i)
    return count


def reset_games(
    games: GameStates, rules: Rules, scratch: Workspace, observations: NDArray[np.float32]
) -> None:
    """Start every game anew and write (N, 40, F) float32 `observations`."""
    _reset_all(games, rules)
    observe_games(games, rules, scratch, observations)


def observe_games(
    games: GameStates, rules: Rules, scratch: Workspace, observations: NDArray[np.float32]
) -> None:
    """Write (N, 40, F) float32 `observations` of the games as they stand."""
    n = games.piece.shape[0]
    observe(games.seen, np.ones(n, np.int8), rules, 0, n, scratch, observations)


def step_games(
    games: GameStates,
    rules: Rules,
    start: int,
    stop: int,
    actions: NDArray[np.int64],
    scratch: Workspace,
    rewards: NDArray[np.float32],
    observations: NDArray[np.float32],
    last_observations: NDArray[np.float32],
    ended: EndedGames,
) -> None:
    """Play one placement in each of the games start..stop-1 and reset those that it ends.

    actions: (N,) int64, each 0..39. Writes (N,) float32 `rewards`, (N, 40, F) float32 `observations`, and,
    for the games that ended, the observation before the reset into `last_observations` and their figures into
    `ended`.
    """
    if _play_all(games, rules, start, stop, actions, scratch, rewards, ended):
        observe(ended.seen, ended.status, rules, start, stop, scratch, last_observations)
        if rules.classic:
            for i in start + np.flatnonzero(ended.status[start:stop]):
                terminal_classic(last_observations[i], rules.height, int(ended.kept_rotation[i]))
    everyone = np.ones(stop, np.int8)
    observe(games.seen, everyone, rules, start, stop, scratch, observations)


@kernel
def play_one(games: GameStates, rules: Rules, action: int, scratch: Workspace) -> Any:
    """`play_move` in the first game, for a caller outside the kernels."""
    return play_move(games, rules, 0, action, scratch)


@kernel
def mask_games(games: GameStates, rules: Rules, scratch: Workspace, legal: Any, alive: Any) -> None:
    """Write (N, 40) bool masks: placements that stay in the frame, and those after which the game goes on."""
    for i in range(games.piece.shape[0]):
        mask_actions(
            games.columns[i],
            rules.height,
            games.piece[i],
            games.queue[i, 0],
            garbage_is_due(games, rules, i),
            scratch,
            legal[i],
            alive[i],
        )
