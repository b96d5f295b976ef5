"""The replay buffer: boards, not observations. A transition takes some 140 bytes; placements are listed
again when sampled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.buffers import ReplayBuffer

from tetris_arcade.engine.game_state_io import check_range
from tetris_arcade.engine.jit import kernel
from tetris_arcade.engine.placements import list_surviving, new_scratch
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS, NUM_PIECES
from tetris_arcade.training.policy import num_inputs

GOES_ON, TERMINAL, CUT = 0, 1, 2
"""How a transition ends: in the same game, with the game, or cut off by truncation (the next board still
has a value)."""


@dataclass(frozen=True)
class BoardBatch:
    """Boards to go on from: what is needed to list the placements of each."""

    columns: NDArray[np.int64]  # [B, 10]
    piece: NDArray[np.int64]  # [B]
    next_piece: NDArray[np.int64]  # [B]
    garbage_is_due: NDArray[np.bool_]  # [B]

    def of(self, rows: NDArray[np.int64]) -> BoardBatch:
        """Some of the boards."""
        return BoardBatch(
            self.columns[rows], self.piece[rows], self.next_piece[rows], self.garbage_is_due[rows]
        )


class ReplaySample(NamedTuple):
    """A minibatch of B transitions, and the M distinct surviving placements of their next boards."""

    features: torch.Tensor  # [B, F] of the placement chosen
    returns: torch.Tensor  # [B] discounted rewards over up to n steps
    discounts: torch.Tensor  # [B] of the next board's value; 0 where the game ended
    next_features: torch.Tensor  # [M, F]
    ends: NDArray[np.int64]  # [B] where board b's rows end in next_features


class PlacementReplayBuffer(ReplayBuffer):
    """A ring of transitions for each environment, with n-step returns over it.

    Arrays are (n_envs, capacity, ...); `count` is how many transitions an environment has ever stored.
    Features are
    stored doubled as int16, which is exact: landing heights come in halves.
    """

    def __init__(
        self,
        buffer_size: int,
        observation_space: spaces.Space[Any],
        action_space: spaces.Space[Any],
        device: torch.device | str = "auto",
        n_envs: int = 1,
        optimize_memory_usage: bool = False,
        handle_timeout_termination: bool = True,
        n_steps: int = 1,
        gamma: float = 0.99,
        height: int = 20,
        seed: int = 0,
    ) -> None:
        super(ReplayBuffer, self).__init__(
            buffer_size, observation_space, action_space, device, n_envs=n_envs
        )
        self.n_steps, self.gamma, self.height = n_steps, gamma, height
        self.optimize_memory_usage = optimize_memory_usage
        self.handle_timeout_termination = handle_timeout_termination
        self.capacity = max(buffer_size // n_envs, n_steps + 1)
        self.num_features = num_inputs(observation_space)
        self.generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, 1])))
        shape = (n_envs, self.capacity)
        self.count = np.zeros(n_envs, np.int64)
        self.features = np.zeros((*shape, self.num_features), np.int16)
        self.reward = np.zeros(shape, np.float32)
        self.ending = np.zeros(shape, np.uint8)
        self.columns = np.zeros((*shape, NUM_COLS), np.int64)
        self.piece = np.zeros(shape, np.int8)
        self.next_piece = np.zeros(shape, np.int8)
        self.garbage_is_due = np.zeros(shape, np.bool_)
        self._scratch = new_scratch()
        self._rows = np.zeros((0, self.num_features), np.float32)

    def size(self) -> int:
        """Transitions held, over all environments."""
        return int(np.minimum(self.count, self.capacity).sum())

    def reset(self) -> None:
        """Forget everything."""
        self.count[:] = 0

    def store(
        self,
        envs: NDArray[np.int64],
        features: NDArray[np.float32],
        reward: NDArray[np.float32],
        ending: NDArray[np.uint8],
        boards: BoardBatch,
    ) -> None:
        """Keep one transition of each of the environments `envs`, (B,); the arrays have B rows, `boards`
        are the next ones."""
        at = self.count[envs] % self.capacity
        self.features[envs, at] = features * 2
        self.reward[envs, at] = reward
        self.ending[envs, at] = ending
        self.columns[envs, at] = boards.columns
        self.piece[envs, at] = boards.piece
        self.next_piece[envs, at] = boards.next_piece
        self.garbage_is_due[envs, at] = boards.garbage_is_due
        self.count[envs] += 1

    def sample(self, batch_size: int, env: Any = None) -> ReplaySample:  # type: ignore[override]
        """Draw transitions uniformly; those whose n steps are not all known yet end at the last known
        board."""
        held = np.minimum(self.count, self.capacity)
        picks = self.generator.integers(held.sum(), size=batch_size)
        starts = np.concatenate(([0], np.cumsum(held)))
        envs = np.searchsorted(starts, picks, side="right") - 1
        ages = held[envs] - 1 - (picks - starts[envs])  # [B] transitions stored after this one
        returns, discounts, last = (
            np.empty(batch_size, np.float32),
            np.empty(batch_size, np.float32),
            np.empty(batch_size, np.int64),
        )
        first = (self.count[envs] - 1 - ages) % self.capacity
        _sum_rewards(
            self.reward, self.ending, envs, first, ages, self.n_steps, self.gamma, returns, discounts, last
        )
        next_features, ends = self._list_next(envs, last)
        return ReplaySample(
            torch.from_numpy(self.features[envs, first] * np.float32(0.5)),
            torch.from_numpy(returns),
            torch.from_numpy(discounts),
            torch.from_numpy(next_features),
            ends,
        )

    def _list_next(
        self, envs: NDArray[np.int64], at: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        batch_size = envs.shape[0]
        if self._rows.shape[0] < batch_size * NUM_ACTIONS:
            self._rows = np.zeros((batch_size * NUM_ACTIONS, self.num_features), np.float32)
        ends = np.empty(batch_size, np.int64)
        rows = list_surviving(
            self.columns[envs, at],
            self.height,
            self.piece[envs, at],
            self.next_piece[envs, at],
            self.garbage_is_due[envs, at],
            self.num_features == 13,
            self._scratch,
            self._rows,
            ends,
        )
        return self._rows[:rows], ends

    # The widest numbers first, so that one after another in one block they lie aligned.
    _ARRAYS = ("columns", "reward", "features", "ending", "piece", "next_piece", "garbage_is_due")

    def save_state(self) -> dict[str, NDArray[Any]]:
        """The filled part of the ring as named arrays, copied.

        The copies share one block, large enough to go back to the system whole: smaller ones, held while
        the learner goes on, would leave holes in its heap.
        """
        filled = int(min(self.count.max(), self.capacity))
        parts = {name: getattr(self, name)[:, :filled] for name in self._ARRAYS}
        block = np.empty(sum(part.nbytes for part in parts.values()), np.uint8)
        state: dict[str, NDArray[Any]] = {"count": self.count.copy()}
        at = 0
        for name, part in parts.items():
            state[name] = np.ndarray(part.shape, part.dtype, block.data, at)
            state[name][...] = part
            at += part.nbytes
        return state

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Take up what `save_state` gave; raises ValueError where it is another buffer's."""
        count = state["count"]
        is_like_mine = count.shape == self.count.shape and count.dtype == self.count.dtype
        filled = int(min(count.max(), self.capacity)) if is_like_mine else -1
        for name in self._ARRAYS:
            mine, saved = getattr(self, name), state[name]
            if (
                filled < 0
                or saved.shape != (self.n_envs, filled, *mine.shape[2:])
                or saved.dtype != mine.dtype
            ):
                raise ValueError(
                    f"the saved replay buffer's {name} is {saved.shape} {saved.dtype}, not this run's"
                )
        # The kernels index tables by these numbers and trust them.
        check_range("count", count, 0, 2**62)
        check_range("columns", state["columns"], 0, (1 << self.height) - 1)
        check_range("piece", state["piece"], 0, NUM_PIECES - 1)
        check_range("next_piece", state["next_piece"], 0, NUM_PIECES - 1)
        check_range("ending", state["ending"], GOES_ON, CUT)
        self.count[:] = count
        for name in self._ARRAYS:
            getattr(self, name)[:, :filled] = state[name]


@kernel
def _sum_rewards(
    reward: Any,
    ending: Any,
    envs: Any,
    first: Any,
    ages: Any,
    n_steps: int,
    gamma: float,
    returns: Any,
    discounts: Any,
    last: Any,
) -> None:
    """n-step returns: rewards from `first` on, discounted, up to an end of game, n steps, or the newest
    transition."""
    capacity = reward.shape[1]
    for b in range(envs.shape[0]):
        env, at = envs[b], first[b]
        total, discount = 0.0, 1.0
        for step in range(n_steps):
            total += discount * reward[env, at]
            discount *= gamma
            if ending[env, at] != GOES_ON or step == n_steps - 1 or step == ages[b]:
                break
            at = (at + 1) % capacity
        returns[b] = total
        discounts[b] = 0.0 if ending[env, at] == TERMINAL else discount
        last[b] = at


@kernel
def segment_max(values: Any, ends: Any, best: Any) -> None:
    """The greatest of each board's values: (M,) float32 in consecutive runs that end at (B,) `ends`, into
    (B,) `best`."""
    start = 0
    for b in range(ends.shape[0]):
        greatest = np.float32(0)
        for m in range(start, ends[b]):
            if m == start or values[m] > greatest:
                greatest = values[m]
        best[b] = greatest
        start = ends[b]


@kernel
def segment_value_at_argmax(choices: Any, values: Any, ends: Any, best: Any) -> None:
    """For each board the value, (M,) float32, of the placement that `choices`, (M,) float32, likes best,
    into (B,) `best`."""
    start = 0
    for b in range(ends.shape[0]):
        chosen = start
        for m in range(start, ends[b]):
            if choices[m] > choices[chosen]:
                chosen = m
        best[b] = values[chosen] if ends[b] > start else np.float32(0)
        start = ends[b]
