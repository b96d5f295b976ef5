"""Many games at once: their whole state in arrays, and one compiled step for all of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.bits import inlined, kernel, popcount
from tetris_arcade.engine.board import (
    DEAD,
    enters,
    full_rows,
    landing,
    line_count,
    push_garbage,
    put,
    wall_in,
    without_rows,
)
from tetris_arcade.engine.features import figures
from tetris_arcade.engine.placements import (
    Scratch,
    mask_actions,
    observe_afterstates,
    observe_classic,
    shape_and_left,
)
from tetris_arcade.engine.randomizer import (
    BAG,
    GENERATOR_WORDS,
    UNIFORM,
    draw_garbage_hole,
    draw_piece,
    reset_bag,
    seed_generator,
)
from tetris_arcade.engine.shapes import WIDTH
from tetris_arcade.engine.tetromino import NUM_COLS, NUM_PIECES, QUEUE_SIZE

LINES, SCORE, SHAPED = 0, 1, 2
RUNNING, TERMINATED, TRUNCATED = 0, 1, 2
INVALID_ACTION_REWARD = -0.1
"""tetris-gymnasium's reward for an action that leaves the frame; it ends the game."""
ALIVE_REWARD = 1.0


class Rules(NamedTuple):
    """What is played, as numbers for the kernels; 0 stands for "never" in max_pieces and garbage_every."""

    height: int
    randomizer: int
    max_pieces: int
    garbage_every: int
    reward: int
    game_over_penalty: float
    holes_penalty: float
    height_penalty: float
    bumpiness_penalty: float
    classic: bool


class Games(NamedTuple):
    """The whole state of N games. Copying these arrays saves it, copying them back restores it exactly."""

    columns: NDArray[np.int64]  # [N, 10]
    piece: NDArray[np.int64]  # [N]
    queue: NDArray[np.int64]  # [N, 4] the pieces after it
    bag: NDArray[np.int8]  # [N, 8]
    generator: NDArray[np.uint64]  # [N, 6]
    garbage: NDArray[np.uint64]  # [N, 1]
    lines: NDArray[np.int64]  # [N] of the running game, as the next three
    pieces: NDArray[np.int64]  # [N]
    score: NDArray[np.int64]  # [N]
    fours: NDArray[np.int64]  # [N] four-line clears
    reward: NDArray[np.float64]  # [N]


class Ended(NamedTuple):
    """What a step leaves for the games that it ended; rows of others are stale."""

    how: NDArray[np.int8]  # [N] RUNNING, TERMINATED or TRUNCATED
    lines: NDArray[np.int64]  # [N]
    pieces: NDArray[np.int64]  # [N]
    score: NDArray[np.int64]  # [N]
    reward: NDArray[np.float64]  # [N]
    columns: NDArray[np.int64]  # [N, 10]
    piece: NDArray[np.int64]  # [N]
    queue: NDArray[np.int64]  # [N, 4]


def make_rules(
    *,
    height: int = 20,
    pieces: str = "bag",
    max_pieces: int | None = None,
    garbage_every: int | None = None,
    reward: str = "score",
    game_over_penalty: float = 0.0,
    shaping: tuple[float, float, float] = (0.0, 0.0, 0.0),
    classic: bool = False,
) -> Rules:
    """The kernels' rules from checked, named settings; `shaping` is (holes, max height, bumpiness)."""
    return Rules(
        height,
        {"bag": BAG, "uniform": UNIFORM}[pieces],
        max_pieces or 0,
        garbage_every or 0,
        {"lines": LINES, "score": SCORE, "shaped": SHAPED}[reward],
        float(game_over_penalty),
        *(float(weight) for weight in shaping),
        classic,
    )


def new_games(seeds: list[int]) -> Games:
    """Games whose randomizers are seeded and that wait for `reset_games`."""
    n = len(seeds)
    return Games(
        columns=np.zeros((n, NUM_COLS), np.int64),
        piece=np.zeros(n, np.int64),
        queue=np.zeros((n, QUEUE_SIZE), np.int64),
        bag=np.zeros((n, NUM_PIECES + 1), np.int8),
        generator=np.array([seed_generator(seed) for seed in seeds], np.uint64).reshape(n, GENERATOR_WORDS),
        garbage=np.array([[seed] for seed in seeds], np.uint64),
        lines=np.zeros(n, np.int64),
        pieces=np.zeros(n, np.int64),
        score=np.zeros(n, np.int64),
        fours=np.zeros(n, np.int64),
        reward=np.zeros(n, np.float64),
    )


def new_ended(n: int) -> Ended:
    """Room for what a step of n games ends."""
    return Ended(
        np.zeros(n, np.int8),
        *(np.zeros(n, np.int64) for _ in range(3)),
        np.zeros(n, np.float64),
        np.zeros((n, NUM_COLS), np.int64),
        np.zeros(n, np.int64),
        np.zeros((n, QUEUE_SIZE), np.int64),
    )


@inlined
def garbage_is_due(games: Games, rules: Rules, i: int) -> bool:
    """Whether a garbage row pushes up after the piece that is now in play."""
    return rules.garbage_every > 0 and (games.pieces[i] + 1) % rules.garbage_every == 0


@inlined
def _reset_game(games: Games, rules: Rules, i: int) -> None:
    games.columns[i] = 0
    reset_bag(games.generator[i], games.bag[i], rules.randomizer)
    for k in range(QUEUE_SIZE):
        games.queue[i, k] = draw_piece(games.generator[i], games.bag[i], rules.randomizer)
    _next_piece(games, rules, i)
    games.lines[i] = games.pieces[i] = games.score[i] = games.fours[i] = 0
    games.reward[i] = 0.0


@inlined
def _next_piece(games: Games, rules: Rules, i: int) -> None:
    games.piece[i] = games.queue[i, 0]
    for k in range(QUEUE_SIZE - 1):
        games.queue[i, k] = games.queue[i, k + 1]
    games.queue[i, QUEUE_SIZE - 1] = draw_piece(games.generator[i], games.bag[i], rules.randomizer)


@inlined
def _lock(games: Games, rules: Rules, i: int, shape: int, left: int, y: int, walled: Any) -> int:
    """Lock a landed shape and clear its full rows; returns the lines."""
    put(walled, shape, left, y)
    full = full_rows(walled)
    for c in range(NUM_COLS) if full else range(left, left + WIDTH[shape]):
        games.columns[i, c] = without_rows(walled[c + 1], full)
    return line_count(full)


@inlined
def _shaping(before: Any, after: Any, rules: Rules) -> float:
    """The shaped reward's penalty: how much the board's figures grew, weighted."""
    return (
        rules.holes_penalty * (after[1] - before[1])
        + rules.height_penalty * (after[0] - before[0])
        + rules.bumpiness_penalty * (after[2] - before[2])
    )


@inlined
def play_move(games: Games, rules: Rules, i: int, action: int, scratch: Scratch) -> Any:
    """Play one placement in game i: (reward, lines, RUNNING or TERMINATED or TRUNCATED, quarter turns left on the piece).

    A game that ended is not reset. The turns matter to the observation after a placement that could not lock.
    """
    walled = scratch.walled
    shape, left = shape_and_left(games.piece[i], action)
    if left < 0 or left + WIDTH[shape] > NUM_COLS:
        return INVALID_ACTION_REWARD - rules.game_over_penalty, popcount(0), TERMINATED, popcount(0)
    wall_in(games.columns[i], rules.height, walled)
    y = landing(walled, rules.height, shape, left)
    if y == DEAD:
        return -rules.game_over_penalty, popcount(0), TERMINATED, np.int64(action % 4)

    before = figures(walled, 1)
    lines = _lock(games, rules, i, shape, left, y, walled)
    reward = float(lines) if rules.reward == LINES else float(lines * lines * NUM_COLS) + ALIVE_REWARD
    if rules.reward == SHAPED:
        reward -= _shaping(before, figures(games.columns[i], 0), rules)
    topped_out = False
    if garbage_is_due(games, rules, i):
        topped_out = not push_garbage(games.columns[i], rules.height, draw_garbage_hole(games.garbage[i]))
    games.lines[i] += lines
    games.fours[i] += lines == 4
    games.pieces[i] += 1
    _next_piece(games, rules, i)
    wall_in(games.columns[i], rules.height, walled)
    if topped_out or not enters(walled, rules.height, games.piece[i]):
        if rules.reward != LINES:
            reward = 0.0  # the package's: what the last placement earned is lost
        return reward - rules.game_over_penalty, lines, TERMINATED, popcount(0)
    games.score[i] += lines * lines * NUM_COLS + np.int64(ALIVE_REWARD)
    truncated = rules.max_pieces > 0 and games.pieces[i] >= rules.max_pieces
    return reward, lines, TRUNCATED if truncated else RUNNING, popcount(0)


@inlined
def _observe(games: Games, rules: Rules, i: int, turned: int, scratch: Scratch, observation: Any) -> None:
    if rules.classic:
        observe_classic(games.columns[i], rules.height, games.piece[i], turned, scratch, observation)
    else:
        due = garbage_is_due(games, rules, i)
        observe_afterstates(
            games.columns[i], rules.height, games.piece[i], games.queue[i, 0], due, scratch, observation
        )


@inlined
def _keep_ended(games: Games, i: int, how: int, ended: Ended) -> None:
    ended.how[i] = how
    ended.lines[i] = games.lines[i]
    ended.pieces[i] = games.pieces[i]
    ended.score[i] = games.score[i]
    ended.reward[i] = games.reward[i]
    ended.columns[i] = games.columns[i]
    ended.piece[i] = games.piece[i]
    ended.queue[i] = games.queue[i]


@kernel
def reset_games(games: Games, rules: Rules, scratch: Scratch, observations: Any) -> None:
    """Start every game anew and write (N, 40, F) float32 `observations`."""
    for i in range(games.piece.shape[0]):
        _reset_game(games, rules, i)
        _observe(games, rules, i, 0, scratch, observations[i])


@kernel
def observe_games(games: Games, rules: Rules, scratch: Scratch, observations: Any) -> None:
    """Write (N, 40, F) float32 `observations` of the games as they stand."""
    for i in range(games.piece.shape[0]):
        _observe(games, rules, i, 0, scratch, observations[i])


@kernel
def step_games(
    games: Games,
    rules: Rules,
    start: int,
    stop: int,
    actions: Any,
    scratch: Scratch,
    rewards: Any,
    observations: Any,
    last_observations: Any,
    ended: Ended,
) -> None:
    """Play one placement in each of the games start..stop-1 and reset those that it ends.

    actions: (N,) int64, each 0..39. Writes (N,) float32 `rewards`, (N, 40, F) float32 `observations`, and for the
    games that ended the observation before the reset into `last_observations` and their figures into `ended`.
    """
    for i in range(start, stop):
        reward, _, how, turned = play_move(games, rules, i, actions[i], scratch)
        rewards[i] = reward
        games.reward[i] += reward
        ended.how[i] = how
        if how != RUNNING:
            _keep_ended(games, i, how, ended)
            _observe(games, rules, i, turned, scratch, last_observations[i])
            _reset_game(games, rules, i)
        _observe(games, rules, i, 0, scratch, observations[i])


@kernel
def play_one(games: Games, rules: Rules, action: int, scratch: Scratch) -> Any:
    """`play_move` in the first game, for a caller outside the kernels."""
    return play_move(games, rules, 0, action, scratch)


@kernel
def observe_ended(games: Games, rules: Rules, turned: int, scratch: Scratch, observation: Any) -> None:
    """Write (40, F) float32 `observation` of the first game after a placement that could not lock, turned as it is."""
    _observe(games, rules, 0, turned, scratch, observation)


@kernel
def mask_games(games: Games, rules: Rules, scratch: Scratch, legal: Any, alive: Any) -> None:
    """Write (N, 40) bool masks: placements that stay in the frame, and those after which the game goes on."""
    for i in range(games.piece.shape[0]):
        due = garbage_is_due(games, rules, i)
        mask_actions(
            games.columns[i],
            rules.height,
            games.piece[i],
            games.queue[i, 0],
            due,
            scratch,
            legal[i],
            alive[i],
        )
