"""The compiled part of the replay buffer: drawing transitions, n-step returns and their next boards."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.board import copy_row
from tetris_arcade.engine.game_state import RUNNING, TERMINATED
from tetris_arcade.engine.jit import kernel
from tetris_arcade.engine.randomizer import random_below
from tetris_arcade.engine.tetromino import NUM_COLS


class TransitionRing(NamedTuple):
    """Transitions of N environments with room for C each.

    `stored` is the number of transitions that an environment has ever stored. `ending` tells what followed a
    transition: RUNNING (the same game), TERMINATED, or TRUNCATED (the next board still has a Q-value).
    Features are stored doubled as int16, which is exact, because landing heights are multiples of one half.
    """

    stored: NDArray[np.int64]  # [N]
    features: NDArray[np.int16]  # [N, C, F]
    reward: NDArray[np.float32]  # [N, C]
    ending: NDArray[np.uint8]  # [N, C]
    columns: NDArray[np.int64]  # [N, C, 10] the next board, as the rest
    piece: NDArray[np.int8]  # [N, C]
    next_piece: NDArray[np.int8]  # [N, C]
    garbage_is_due: NDArray[np.bool_]  # [N, C]


def new_ring(n_envs: int, capacity: int, num_features: int) -> TransitionRing:
    """Allocate an empty ring."""
    shape = (n_envs, capacity)
    return TransitionRing(
        stored=np.zeros(n_envs, np.int64),
        features=np.zeros((*shape, num_features), np.int16),
        reward=np.zeros(shape, np.float32),
        ending=np.zeros(shape, np.uint8),
        columns=np.zeros((*shape, NUM_COLS), np.int64),
        piece=np.zeros(shape, np.int8),
        next_piece=np.zeros(shape, np.int8),
        garbage_is_due=np.zeros(shape, np.bool_),
    )


class BoardBatch(NamedTuple):
    """B boards with their pieces: what is needed to list the placements of each."""

    columns: NDArray[np.int64]  # [B, 10]
    piece: NDArray[np.int64]  # [B]
    next_piece: NDArray[np.int64]  # [B]
    garbage_is_due: NDArray[np.bool_]  # [B]

    def select(self, rows: NDArray[np.int64]) -> BoardBatch:
        """Return the boards of these rows."""
        return BoardBatch(
            self.columns[rows], self.piece[rows], self.next_piece[rows], self.garbage_is_due[rows]
        )


def new_board_batch(size: int) -> BoardBatch:
    """Allocate `size` boards."""
    return BoardBatch(
        columns=np.zeros((size, NUM_COLS), np.int64),
        piece=np.zeros(size, np.int64),
        next_piece=np.zeros(size, np.int64),
        garbage_is_due=np.zeros(size, np.bool_),
    )


class DrawnTransitions(NamedTuple):
    """B transitions drawn from a ring: where they are, and what follows from them."""

    env: NDArray[np.int64]  # [B]
    first: NDArray[np.int64]  # [B] index of the transition
    returns: NDArray[np.float32]  # [B] discounted rewards of up to n steps
    discounts: NDArray[np.float32]  # [B] factor of the next board's Q-value, 0 if the episode terminated
    boards: BoardBatch  # [B] the board after those steps


def new_drawn_transitions(size: int) -> DrawnTransitions:
    """Allocate a draw of `size` transitions."""
    return DrawnTransitions(
        env=np.zeros(size, np.int64),
        first=np.zeros(size, np.int64),
        returns=np.zeros(size, np.float32),
        discounts=np.zeros(size, np.float32),
        boards=new_board_batch(size),
    )


@kernel
def draw_transitions(
    ring: TransitionRing, generator: Any, n_steps: int, gamma: float, drawn: DrawnTransitions
) -> None:
    """Fill `drawn` with transitions, uniformly and with replacement.

    A return ends with the episode, after `n_steps`, or with the newest transition.
    """
    capacity, total = ring.reward.shape[1], 0
    for env in range(ring.stored.shape[0]):
        total += min(ring.stored[env], capacity)
    for b in range(drawn.env.shape[0]):
        pick, env = random_below(generator, total), 0
        while pick >= min(ring.stored[env], capacity):
            pick -= min(ring.stored[env], capacity)
            env += 1
        age = min(ring.stored[env], capacity) - 1 - pick  # number of transitions stored later
        at = (ring.stored[env] - 1 - age) % capacity
        drawn.env[b], drawn.first[b] = env, at
        total_reward, discount = 0.0, 1.0
        for step in range(n_steps):
            total_reward += discount * ring.reward[env, at]
            discount *= gamma
            if ring.ending[env, at] != RUNNING or step == n_steps - 1 or step == age:
                break
            at = (at + 1) % capacity
        drawn.returns[b] = total_reward
        drawn.discounts[b] = 0.0 if ring.ending[env, at] == TERMINATED else discount
        copy_row(ring.columns[env, at], drawn.boards.columns[b])
        drawn.boards.piece[b] = ring.piece[env, at]
        drawn.boards.next_piece[b] = ring.next_piece[env, at]
        drawn.boards.garbage_is_due[b] = ring.garbage_is_due[env, at]


@kernel
def segment_max(values: Any, ends: Any, best: Any) -> None:
    """Write each board's maximum of `values` into (B,) `best`, 0 if it has none.

    `values` is (M,) float32; the values of board b end at `ends[b]`, and start where those of b - 1 end.
    """
    start = 0
    for b in range(ends.shape[0]):
        maximum = np.float32(0)
        for m in range(start, ends[b]):
            if m == start or values[m] > maximum:
                maximum = values[m]
        best[b] = maximum
        start = ends[b]


@kernel
def segment_value_at_argmax(choices: Any, values: Any, ends: Any, best: Any) -> None:
    """Write each board's value at the maximum of `choices` into (B,) `best`, 0 if it has none.

    `choices` and `values` are (M,) float32, divided by `ends` as in `segment_max`.
    """
    start = 0
    for b in range(ends.shape[0]):
        chosen = start
        for m in range(start, ends[b]):
            if choices[m] > choices[chosen]:
                chosen = m
        best[b] = values[chosen] if ends[b] > start else np.float32(0)
        start = ends[b]
