"""The replay buffer. It stores boards, not observations: 130 bytes per transition.

The placements of the next board are listed again when a transition is sampled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.buffers import ReplayBuffer

from tetris_arcade.config.features import NUM_CLASSIC
from tetris_arcade.engine.game_state import RUNNING, TERMINATED, TRUNCATED
from tetris_arcade.engine.game_state_io import check_range
from tetris_arcade.engine.jit import kernel
from tetris_arcade.engine.placements import list_surviving, new_workspace
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS, NUM_PIECES
from tetris_arcade.training.policy import num_inputs


@dataclass(frozen=True)
class BoardBatch:
    """Boards with their pieces: what is needed to list the placements of each."""

    columns: NDArray[np.int64]  # [B, 10]
    piece: NDArray[np.int64]  # [B]
    next_piece: NDArray[np.int64]  # [B]
    garbage_is_due: NDArray[np.bool_]  # [B]

    def select(self, rows: NDArray[np.int64]) -> BoardBatch:
        """Return the boards of these rows."""
        return BoardBatch(
            self.columns[rows], self.piece[rows], self.next_piece[rows], self.garbage_is_due[rows]
        )


class ReplaySample(NamedTuple):
    """A minibatch of B transitions, and the M distinct placements that survive on their next boards."""

    features: torch.Tensor  # [B, F] of the chosen placement
    returns: torch.Tensor  # [B] discounted rewards of up to n steps
    discounts: torch.Tensor  # [B] factor of the next board's Q-value, 0 if the episode terminated
    next_features: torch.Tensor  # [M, F]
    ends: NDArray[np.int64]  # [B] end of board b's rows in next_features


class PlacementReplayBuffer(ReplayBuffer):
    """A ring buffer of transitions per environment, sampled with n-step returns.

    Arrays are (n_envs, capacity, ...). `count` is the number of transitions that an environment has ever
    stored. `ending` tells what followed a transition: RUNNING (the same game), TERMINATED, or TRUNCATED (the
    next board still has a Q-value). Features are stored doubled as int16, which is exact, because landing
    heights are multiples of one half.
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
        self._workspace = new_workspace()
        self._rows = np.zeros((0, self.num_features), np.float32)

    def size(self) -> int:
        """Return the number of transitions held, over all environments."""
        return int(np.minimum(self.count, self.capacity).sum())

    def reset(self) -> None:
        """Remove all transitions."""
        self.count[:] = 0

    def add(self, *_args: Any, **_kwargs: Any) -> None:
        """Refuse observations: only `PlacementDQN` knows the boards that are stored instead."""
        raise TypeError(
            "plain DQN can play this model but not train it: load it with PlacementDQN.load(...), "
            "from tetris_arcade.training.dqn, and an environment made by make_vec_env(...)"
        )

    def store(
        self,
        envs: NDArray[np.int64],
        features: NDArray[np.float32],
        reward: NDArray[np.float32],
        ending: NDArray[np.uint8],
        boards: BoardBatch,
    ) -> None:
        """Store one transition of each of the environments `envs`, (B,).

        The arrays have B rows: features of the chosen placement (B, F), reward, ending, and the next boards.
        """
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
        """Draw transitions uniformly, with replacement.

        The newest transitions have fewer than n steps: their returns end at the newest board.
        """
        held = np.minimum(self.count, self.capacity)
        drawn = self.generator.integers(held.sum(), size=batch_size)
        starts = np.concatenate(([0], np.cumsum(held)))
        envs = np.searchsorted(starts, drawn, side="right") - 1
        ages = held[envs] - 1 - (drawn - starts[envs])  # [B] number of transitions stored later
        returns, discounts = np.empty((2, batch_size), np.float32)
        last = np.empty(batch_size, np.int64)
        first = (self.count[envs] - 1 - ages) % self.capacity
        _sum_rewards(
            self.reward, self.ending, envs, first, ages, self.n_steps, self.gamma, returns, discounts, last
        )
        next_features, ends = self._list_next_placements(envs, last)
        return ReplaySample(
            torch.from_numpy(self.features[envs, first] * np.float32(0.5)),
            torch.from_numpy(returns),
            torch.from_numpy(discounts),
            torch.from_numpy(next_features),
            ends,
        )

    def _list_next_placements(
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
            self.num_features == NUM_CLASSIC,
            self._workspace,
            self._rows,
            ends,
        )
        return self._rows[:rows], ends

    # The widest dtypes first, so that all arrays are aligned when `save_state` puts them in one block.
    _ARRAYS = ("columns", "reward", "features", "ending", "piece", "next_piece", "garbage_is_due")

    def save_state(self) -> dict[str, NDArray[Any]]:
        """Return a copy of the filled part of the buffer as named arrays.

        The copies share one block of memory, which is large enough to be returned to the system when freed.
        Smaller ones, held while the learner continues, would fragment its heap.
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
        """Restore what `save_state` returned.

        Raises ValueError if a number is out of range or the state belongs to a differently shaped buffer.
        """
        count = state["count"]
        has_same_envs = count.shape == self.count.shape and count.dtype == self.count.dtype
        filled = int(min(count.max(), self.capacity)) if has_same_envs else -1
        for name in self._ARRAYS:
            own, saved = getattr(self, name), state[name]
            shape = (self.n_envs, filled, *own.shape[2:])
            if filled < 0 or saved.shape != shape or saved.dtype != own.dtype:
                raise ValueError(
                    f"the saved replay buffer's {name} is {saved.shape} {saved.dtype}, not this run's"
                )
        # The kernels use these numbers as indices without checking them.
        check_range("count", count, 0, 2**62)
        check_range("columns", state["columns"], 0, (1 << self.height) - 1)
        check_range("piece", state["piece"], 0, NUM_PIECES - 1)
        check_range("next_piece", state["next_piece"], 0, NUM_PIECES - 1)
        check_range("ending", state["ending"], RUNNING, TRUNCATED)
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
    """Compute n-step returns from `first` on, up to the episode's end, n steps or the newest transition."""
    capacity = reward.shape[1]
    for b in range(envs.shape[0]):
        env, at = envs[b], first[b]
        total, discount = 0.0, 1.0
        for step in range(n_steps):
            total += discount * reward[env, at]
            discount *= gamma
            if ending[env, at] != RUNNING or step == n_steps - 1 or step == ages[b]:
                break
            at = (at + 1) % capacity
        returns[b] = total
        discounts[b] = 0.0 if ending[env, at] == TERMINATED else discount
        last[b] = at


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
