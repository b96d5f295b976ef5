"""Measures a learner while it trains: samples a few times per second, without touching what it computes with.

It draws no random numbers of the run and changes none of its arrays, so that a run that is measured computes
the same as one that is not.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from tetris_arcade.config.learner_record import (
    MAX_DRAWN,
    MAX_ERRORS,
    MAX_PAIRS,
    empty_learner,
)
from tetris_arcade.config.probes import PROBES, Probe
from tetris_arcade.engine.board import columns_from_cells
from tetris_arcade.engine.game_state import RUNNING, TERMINATED
from tetris_arcade.engine.placements import list_surviving, new_workspace
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS
from tetris_arcade.training.compiled_learner import CompiledLearner
from tetris_arcade.training.reward_terms import game_terms, last_move_terms
from tetris_arcade.training.update_record import gradient_norm, write_update

if TYPE_CHECKING:
    from tetris_arcade.training.dqn import PlacementDQN
    from tetris_arcade.training.replay_kernels import TransitionRing

_PAIRS_PER_SAMPLE = 8
_FORGOTTEN_SHARE, _MAX_HORIZON = 0.01, 2_000
"""A return is taken as known once the rewards that are missing count for less than this share."""
_SHARE_SAMPLES = 64
"""The number of samples whose moves give the exploration share."""
_FREE_PROBE_ROWS = 3


class LearnerMonitor:
    """Follows a `PlacementDQN`. record: the LEARNER record, shape (1,), as `sample` last filled it in."""

    def __init__(self, model: PlacementDQN) -> None:
        self._model = model
        self.record = empty_learner()
        self._explored: deque[NDArray[np.bool_]] = deque(maxlen=_SHARE_SAMPLES)
        self._errors: deque[NDArray[np.float32]] = deque()
        self._pairs: deque[tuple[float, float]] = deque(maxlen=MAX_PAIRS)
        self._discounts = _return_discounts(model.gamma)
        self._random = np.random.default_rng(0)  # its own: not one of the run's generators
        self._probe_rows, self._probe_ends = self._list_probes()

    def end_game(self) -> None:
        """Note the reward of the game that environment 0's last move has ended."""
        self.record[0]["last_game_reward"] = game_terms(
            self._model.placements_env, self._ring, has_ended=True
        )

    @property
    def _ring(self) -> TransitionRing:
        assert self._model.replay_buffer is not None
        return self._model.replay_buffer.ring

    def sample(self) -> None:
        """Fill in the record. Call it between a gradient step and the next move."""
        model, record = self._model, self.record[0]
        record["timesteps"] = model.num_timesteps
        self._sample_settings(record)
        self._sample_buffer(record)
        self._sample_target(record)
        self._sample_rewards(record)
        self._sample_exploration(record)
        self._sample_returns(record)
        record["probe_values"] = self.probe_values()
        compiled = model._compiled
        if compiled is not None and compiled.num_learned:
            self._sample_minibatch(compiled, record)
            write_update(model, compiled, record["update"])

    # --- The parts of a sample ---

    def _sample_settings(self, record: np.void) -> None:
        model, rules = self._model, self._model.placements_env.rules
        record["learning_rate"], record["gamma"] = model._current_learning_rate(), model.gamma
        record["exploration_rate"] = model.exploration_rate
        record["game_over_penalty"] = rules.game_over_penalty
        record["shaping"] = (rules.holes_penalty, rules.height_penalty, rules.bumpiness_penalty)
        record["reward_scale"], record["max_grad_norm"] = model.reward_scale, model.max_grad_norm

    def _sample_buffer(self, record: np.void) -> None:
        buffer = self._model.replay_buffer
        assert buffer is not None
        filled = np.minimum(buffer.ring.stored, buffer.capacity)
        record["buffer_size"], record["buffer_capacity"] = filled.sum(), buffer.capacity * buffer.n_envs
        record["oldest_age"] = int(filled.max()) * buffer.n_envs

    def _sample_target(self, record: np.void) -> None:
        model = self._model
        interval = max(model.target_update_interval // model.n_envs, 1)
        since = model._n_calls % interval
        # Update k counts (1 - tau)**k times tau, so that the mean of k is (1 - tau) / tau.
        averaged = (1.0 - model.tau) / model.tau if model.tau > 0.0 else math.inf
        record["target_age"] = (since + interval * averaged) * model.n_envs
        online, target = (
            np.concatenate([parameter.detach().numpy().ravel() for parameter in network.parameters()])
            for network in (model.q_net, model.q_net_target)
        )
        record["target_distance"] = np.linalg.norm(online - target) / max(
            float(np.linalg.norm(online)), 1e-12
        )

    def _sample_rewards(self, record: np.void) -> None:
        env = self._model.placements_env
        if self._ring.stored[0]:
            record["move_reward"] = last_move_terms(env, self._ring, self._model.last_reward)
            record["game_reward"] = game_terms(env, self._ring)

    def _sample_exploration(self, record: np.void) -> None:
        self._explored.append(self._model.explored.copy())
        record["exploration_share"] = np.concatenate(self._explored).mean()

    def _sample_minibatch(self, compiled: CompiledLearner, record: np.void) -> None:
        buffer, learning = self._model.replay_buffer, compiled.learning
        assert buffer is not None
        ring, drawn = buffer.ring, learning.drawn
        ages = (ring.stored[drawn.env] - 1 - drawn.first) % buffer.capacity * buffer.n_envs
        count = min(ages.shape[0], MAX_DRAWN)
        record["num_drawn"] = count
        record["drawn_ages"][:count] = ages[:count]
        record["drawn_rewarded"] = np.mean(ring.reward[drawn.env, drawn.first] != 0)
        record["drawn_ended"] = np.mean(ring.ending[drawn.env, drawn.first] != RUNNING)
        errors = learning.targets - learning.values
        record["mean_abs_td_error"] = np.abs(errors).mean()
        record["gradient_norm"] = gradient_norm(compiled)
        self._errors.append(errors)
        while sum(map(len, self._errors)) > MAX_ERRORS and len(self._errors) > 1:
            self._errors.popleft()
        known = np.concatenate(self._errors)[-MAX_ERRORS:]
        record["num_errors"] = known.size
        record["td_errors"][: known.size] = known

    def _sample_returns(self, record: np.void) -> None:
        """Compare what the network predicts for stored transitions with the returns that followed them."""
        if self._discounts[1] != self._model.gamma:
            self._discounts = _return_discounts(self._model.gamma)
        found = [pair for _ in range(_PAIRS_PER_SAMPLE) if (pair := self._draw_return()) is not None]
        if found:
            features = torch.from_numpy(np.array([features for features, _ in found]))
            with torch.no_grad():
                predicted = self._model.q_net.score(features).tolist()
            self._pairs.extend(zip(predicted, (returned for _, returned in found), strict=True))
        record["num_pairs"] = len(self._pairs)
        if self._pairs:
            record["predicted"][: len(self._pairs)], record["returned"][: len(self._pairs)] = np.array(
                self._pairs
            ).T

    def _draw_return(self) -> tuple[NDArray[np.float32], float] | None:
        """The features of a random stored transition and its return; None if that is not known yet."""
        ring, horizon = self._ring, self._discounts.size
        num_envs, capacity = ring.reward.shape
        env = int(self._random.integers(num_envs))
        filled = int(min(ring.stored[env], capacity))
        if filled == 0:
            return None
        age = int(self._random.integers(filled))
        first = int(ring.stored[env]) - 1 - age
        at = np.arange(first, first + min(age + 1, horizon)) % capacity
        endings = ring.ending[env, at]
        length = int((endings != RUNNING).argmax()) + 1 if endings.any() else at.size
        if length < horizon and endings[length - 1] != TERMINATED:
            return None
        rewards = ring.reward[env, at[:length]]
        return ring.features[env, at[0]] * np.float32(0.5), float(rewards @ self._discounts[:length])

    # --- Probes ---

    def probe_values(self) -> NDArray[np.float32]:
        """The value of each position of `PROBES` by the playing network; NaN if no placement survives."""
        with torch.no_grad():
            values = self._model.q_net_target.score(torch.from_numpy(self._probe_rows)).numpy()
        starts = np.concatenate(([0], self._probe_ends[:-1]))
        spans = zip(starts.tolist(), self._probe_ends.tolist(), strict=True)
        return np.array(
            [values[start:end].max() if end > start else np.nan for start, end in spans], np.float32
        )

    def _list_probes(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The features of all placements of all probes, and where those of each end."""
        buffer, env = self._model.replay_buffer, self._model.placements_env
        assert buffer is not None
        count, height = len(PROBES), env.config.height
        rows = np.zeros((count * NUM_ACTIONS, buffer.num_features), np.float32)
        actions, ends = np.zeros((count * NUM_ACTIONS, 2), np.int64), np.zeros(count, np.int64)
        pieces = np.array([probe.piece for probe in PROBES])
        filled = list_surviving(
            np.array([probe_columns(probe, height) for probe in PROBES]),
            height, pieces, np.zeros(count, np.int64), np.zeros(count, np.bool_), env.rules.classic,
            new_workspace(), rows, actions, ends,
        )  # fmt: skip
        return rows[:filled], ends


def probe_columns(probe: Probe, height: int) -> NDArray[np.int64]:
    """The columns, (10,), of a probe on a board of this height: the rows that leave some free at the top."""
    rows = probe.rows[max(0, len(probe.rows) - (height - _FREE_PROBE_ROWS)) :]
    cells = np.zeros((height, NUM_COLS), np.uint8)
    if rows:
        cells[height - len(rows) :] = [[letter == "#" for letter in row] for row in rows]
    columns = np.zeros(NUM_COLS, np.int64)
    columns_from_cells(cells, columns)
    return columns


def _return_discounts(gamma: float) -> NDArray[np.float64]:
    """The factors of the rewards of a return: 1, gamma, gamma**2, ..."""
    return np.power(gamma, np.arange(max(2, return_horizon(gamma))))


def return_horizon(gamma: float) -> int:
    """Moves after which what follows counts for less than `_FORGOTTEN_SHARE`."""
    if gamma >= 1.0:
        return _MAX_HORIZON
    if gamma <= 0.0:
        return 1
    return min(_MAX_HORIZON, math.ceil(math.log(_FORGOTTEN_SHARE) / math.log(gamma)))
