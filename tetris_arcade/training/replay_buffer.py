"""The replay buffer. It stores boards, not observations: 130 bytes per transition.

The placements of the next board are listed again when a transition is sampled.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3.common.buffers import ReplayBuffer

from tetris_arcade.config.features import NUM_CLASSIC
from tetris_arcade.engine.game_state import RUNNING, TRUNCATED
from tetris_arcade.engine.game_state_io import check_range
from tetris_arcade.engine.placements import list_surviving, new_workspace
from tetris_arcade.engine.randomizer import seed_generator
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_PIECES
from tetris_arcade.training.policy import num_inputs
from tetris_arcade.training.replay_kernels import (
    BoardBatch,
    draw_transitions,
    new_drawn_transitions,
    new_ring,
)


class ReplaySample(NamedTuple):
    """A minibatch of B transitions, and the M distinct placements that survive on their next boards."""

    features: torch.Tensor  # [B, F] of the chosen placement
    returns: torch.Tensor  # [B] discounted rewards of up to n steps
    discounts: torch.Tensor  # [B] factor of the next board's Q-value, 0 if the episode terminated
    next_features: torch.Tensor  # [M, F]
    ends: NDArray[np.int64]  # [B] end of board b's rows in next_features


class PlacementReplayBuffer(ReplayBuffer):
    """A ring of transitions per environment, sampled with n-step returns.

    ring: the transitions, (n_envs, capacity, ...). generator: (6,) uint64, the random numbers of `sample`,
    see `engine.randomizer`. The compiled learner reads and writes both directly.
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
        self.generator = seed_generator([seed, 1])
        self.ring = new_ring(n_envs, self.capacity, self.num_features)
        self._workspace = new_workspace()
        self._rows = np.zeros((0, self.num_features), np.float32)
        self._actions = np.zeros((0, 2), np.int64)

    def size(self) -> int:
        """Return the number of transitions held, over all environments."""
        return int(np.minimum(self.ring.stored, self.capacity).sum())

    def reset(self) -> None:
        """Remove all transitions."""
        self.ring.stored[:] = 0

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
        ring = self.ring
        at = ring.stored[envs] % self.capacity
        ring.features[envs, at] = features * 2
        ring.reward[envs, at] = reward
        ring.ending[envs, at] = ending
        ring.columns[envs, at] = boards.columns
        ring.piece[envs, at] = boards.piece
        ring.next_piece[envs, at] = boards.next_piece
        ring.garbage_is_due[envs, at] = boards.garbage_is_due
        ring.stored[envs] += 1

    def sample(self, batch_size: int, env: Any = None) -> ReplaySample:  # type: ignore[override]
        """Draw transitions uniformly, with replacement.

        The newest transitions have fewer than n steps: their returns end at the newest board. Raises
        ValueError if the buffer is empty.
        """
        if self.size() == 0:
            raise ValueError("the replay buffer is empty")
        drawn = new_drawn_transitions(batch_size)
        draw_transitions(self.ring, self.generator, self.n_steps, self.gamma, drawn)
        next_features, ends = self._list_next_placements(drawn.boards)
        return ReplaySample(
            torch.from_numpy(self.ring.features[drawn.env, drawn.first] * np.float32(0.5)),
            torch.from_numpy(drawn.returns),
            torch.from_numpy(drawn.discounts),
            torch.from_numpy(next_features),
            ends,
        )

    def _list_next_placements(self, boards: BoardBatch) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        room = boards.piece.shape[0] * NUM_ACTIONS
        if self._rows.shape[0] < room:
            self._rows = np.zeros((room, self.num_features), np.float32)
            self._actions = np.zeros((room, 2), np.int64)
        ends = np.empty(boards.piece.shape[0], np.int64)
        rows = list_surviving(
            boards.columns,
            self.height,
            boards.piece,
            boards.next_piece,
            boards.garbage_is_due,
            self.num_features == NUM_CLASSIC,
            self._workspace,
            self._rows,
            self._actions,
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
        filled = int(min(self.ring.stored.max(), self.capacity))
        parts = {name: getattr(self.ring, name)[:, :filled] for name in self._ARRAYS}
        block = np.empty(sum(part.nbytes for part in parts.values()), np.uint8)
        state: dict[str, NDArray[Any]] = {"count": self.ring.stored.copy()}
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
        own_count = self.ring.stored
        has_same_envs = count.shape == own_count.shape and count.dtype == own_count.dtype
        filled = int(min(count.max(), self.capacity)) if has_same_envs else -1
        for name in self._ARRAYS:
            own, saved = getattr(self.ring, name), state[name]
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
        own_count[:] = count
        for name in self._ARRAYS:
            getattr(self.ring, name)[:, :filled] = state[name]
