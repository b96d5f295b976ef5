"""stable-baselines3's DQN for placements: masked exploration, boards in the replay buffer, distinct
placements in the target."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3 import DQN
from stable_baselines3.common.policies import BasePolicy
from stable_baselines3.common.utils import polyak_update, update_learning_rate
from torch.nn import functional as F  # noqa: N812

from tetris_arcade.engine.simulation import TRUNCATED
from tetris_arcade.envs.vector import PlacementVecEnv
from tetris_arcade.training.policy import PlacementPolicy, PlacementQNetwork, alive_placements
from tetris_arcade.training.replay_buffer import (
    CUT,
    GOES_ON,
    TERMINAL,
    BoardBatch,
    PlacementReplayBuffer,
    ReplaySample,
    segment_max,
    segment_value_at_argmax,
)


class TrainingDivergedError(Exception):
    """The loss is no longer a finite number; what was learnt since the last checkpoint is lost."""


class PlacementDQN(DQN):
    """DQN over a `PlacementVecEnv`. What stable-baselines3 does well stays its own: the loop, callbacks,
    logger, saving.

    exploration_timesteps: exploration falls linearly to its final rate over this many timesteps, not over a
    share of
    the run, so that a run without an end, or one that is resumed with another, explores alike.
    The learning rate goes from its first to `final_learning_rate` over `learning_rate_timesteps`, likewise.
    huber_delta: errors of a value beyond it count linearly in the loss, not squared (Huber 1964).
    reward_scale: values are learnt of the reward times this.
    double_q: the online network chooses the next placement, the target network values it (van Hasselt 2016).
    """

    policy_aliases: ClassVar[dict[str, type[BasePolicy]]] = {
        **DQN.policy_aliases,
        "PlacementPolicy": PlacementPolicy,
    }
    replay_buffer: PlacementReplayBuffer | None
    q_net: PlacementQNetwork
    q_net_target: PlacementQNetwork

    def __init__(
        self,
        *args: Any,
        exploration_timesteps: int = 10_000,
        double_q: bool = False,
        huber_delta: float = 1.0,
        reward_scale: float = 1.0,
        final_learning_rate: float | None = None,
        learning_rate_timesteps: int = 1_000_000,
        **kwargs: Any,
    ) -> None:
        self.exploration_timesteps = exploration_timesteps
        self.double_q = double_q
        self.huber_delta = huber_delta
        self.reward_scale = reward_scale
        self.first_learning_rate = float(kwargs.get("learning_rate", 1e-4))
        self.final_learning_rate = (
            self.first_learning_rate if final_learning_rate is None else final_learning_rate
        )
        self.learning_rate_timesteps = learning_rate_timesteps
        self.last_loss = self.last_mean_value = float("nan")
        self.explored: NDArray[np.bool_] = np.zeros(1, np.bool_)
        """Which of the last actions were random."""
        self._alive_before: NDArray[np.bool_] = np.ones(1, np.bool_)
        super().__init__(*args, **kwargs)
        self.generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed or 0, 2])))

    @property
    def placements_env(self) -> PlacementVecEnv:
        """The batch of games that it learns from."""
        env = self.env.unwrapped if self.env is not None else None
        if not isinstance(env, PlacementVecEnv):
            raise TypeError("PlacementDQN learns from make_vec_env(...) only")
        return env

    # --- Acting ---

    def predict(
        self,
        observation: Any,
        state: tuple[NDArray[Any], ...] | None = None,
        episode_start: NDArray[Any] | None = None,
        deterministic: bool = False,
    ) -> tuple[NDArray[Any], tuple[NDArray[Any], ...] | None]:
        """Greedy actions; without `deterministic` each board explores on its own, among placements that
        survive."""
        actions, state = self.policy.predict(observation, state, episode_start, deterministic=True)
        if not deterministic and observation.ndim == 3:
            actions = self._explore(actions)
        return actions, state

    def _sample_action(
        self, learning_starts: int, action_noise: Any = None, n_envs: int = 1
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        if self.num_timesteps < learning_starts:
            self.explored = np.ones(n_envs, np.bool_)
            actions = self._random_actions()
        else:
            actions = self._explore(self._greedy_actions())
        return actions, actions

    def _explore(self, actions: NDArray[Any]) -> NDArray[Any]:
        self.explored = np.asarray(self.generator.random(actions.shape[0]) < self.exploration_rate)
        return np.where(self.explored, self._random_actions(), actions) if self.explored.any() else actions

    @torch.no_grad()
    def _greedy_actions(self) -> NDArray[np.int64]:
        """The best actions under the games' own masks: a classic observation does not show every lost
        placement."""
        observations = torch.from_numpy(np.asarray(self._last_obs))
        values = self.q_net.score(observations[..., : self.q_net.scale.shape[0]]).numpy()
        best: NDArray[np.int64] = np.where(self.placements_env.action_masks(), values, -np.inf).argmax(axis=1)
        return best

    def _random_actions(self) -> NDArray[np.int64]:
        masks = self.placements_env.action_masks()
        drawn: NDArray[np.int64] = np.where(masks, self.generator.random(masks.shape), -1.0).argmax(axis=1)
        return drawn

    @torch.no_grad()
    def values_of(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """The values of one board's placements, (40,) float32, NaN where one does not survive; (40, F)
        observation."""
        batch = torch.from_numpy(observation[np.newaxis])
        values = torch.where(alive_placements(batch), self.q_net(batch), torch.nan)
        return values[0].numpy()

    # --- Remembering ---

    def _store_transition(
        self, replay_buffer: Any, buffer_action: Any, new_obs: Any, reward: Any, dones: Any, infos: Any
    ) -> None:
        """Keep the transitions that can teach something.

        A board on which no placement survives ends the game: the transition to it is terminal, and carries
        the price
        of the certain end; what was then played on that board says nothing about any afterstate, and is not
        kept.
        """
        env, buffer = self.placements_env, replay_buffer
        n = env.num_envs
        features = np.asarray(self._last_obs)[np.arange(n), buffer_action, : buffer.num_features]
        storable = self._alive_before
        boards, alive_next = self._next_boards(env, dones)
        doomed = ~dones & ~alive_next
        reward = np.where(doomed, reward - self.gamma * env.config.game_over_penalty, reward)
        reward = reward * np.float32(self.reward_scale)
        ending = np.where(dones | doomed, TERMINAL, GOES_ON).astype(np.uint8)
        ending[env.ended.status == TRUNCATED] = CUT
        envs = np.flatnonzero(storable)
        buffer.store(envs, features[envs], reward[envs], ending[envs], boards.of(envs))
        self._last_obs = new_obs
        self._alive_before = alive_next | dones

    def _next_boards(
        self, env: PlacementVecEnv, dones: NDArray[np.bool_]
    ) -> tuple[BoardBatch, NDArray[np.bool_]]:
        """The boards after the step, those before the reset where a game ended, and on which a placement
        survives."""
        games, ended, every = env.games, env.ended, env.config.garbage_every
        over = dones[:, np.newaxis]
        pieces = np.where(dones, ended.pieces, games.pieces)
        due = (pieces + 1) % every == 0 if every else np.zeros(env.num_envs, np.bool_)
        boards = BoardBatch(
            np.where(over, ended.columns, games.columns),
            np.where(dones, ended.piece, games.piece),
            np.where(dones, ended.queue[:, 0], games.queue[:, 0]),
            due,
        )
        return boards, env.has_alive()

    def prepare(self) -> None:
        """Start the games, so that `learn(..., reset_num_timesteps=False)` goes on from here, or from a
        state that is loaded."""
        self._setup_learn(0, None, reset_num_timesteps=True)
        self.exploration_rate = self.exploration_initial_eps
        self.begin()

    def begin(self) -> None:
        """Make ready to store transitions from the environments as they stand."""
        self._alive_before = self.placements_env.has_alive()

    # --- Learning ---

    def train(self, gradient_steps: int, batch_size: int = 100) -> None:
        """Take gradient steps: only the placement chosen gets a gradient, only surviving ones a target."""
        assert self.replay_buffer is not None
        self.policy.set_training_mode(True)
        update_learning_rate(self.policy.optimizer, self._learning_rate_now())
        losses = []
        for _ in range(gradient_steps):
            batch = self.replay_buffer.sample(batch_size)
            targets = batch.returns + batch.discounts * self._next_values(batch)  # [B]
            values = self.q_net.score(batch.features)  # [B]
            # Divided by delta, so that the gradients' bound means the same for every one.
            loss = F.huber_loss(values, targets, delta=self.huber_delta) / self.huber_delta
            losses.append(loss.item())
            if not np.isfinite(losses[-1]):
                raise TrainingDivergedError(f"the loss became {losses[-1]} after {self._n_updates} updates")
            self.policy.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.q_net.parameters(), self.max_grad_norm)
            self.policy.optimizer.step()
            self._n_updates += 1
            self.last_mean_value = float(values.detach().mean())
        self.last_loss = float(np.mean(losses))
        self.logger.record("train/n_updates", self._n_updates, exclude="tensorboard")
        self.logger.record("train/loss", self.last_loss)
        self.logger.record("train/mean_value", self.last_mean_value)

    def _learning_rate_now(self) -> float:
        share = min(self.num_timesteps / max(self.learning_rate_timesteps, 1), 1.0)
        return self.first_learning_rate + share * (self.final_learning_rate - self.first_learning_rate)

    @torch.no_grad()
    def _next_values(self, batch: ReplaySample) -> torch.Tensor:
        """The target network's value of the best next placement of each board, (B,)."""
        best = np.zeros(batch.ends.shape[0], np.float32)
        values = self.q_net_target.score_in_blocks(batch.next_features)  # [M]
        if self.double_q:
            choices = self.q_net.score_in_blocks(batch.next_features)
            segment_value_at_argmax(choices.numpy(), values.numpy(), batch.ends, best)
        else:
            segment_max(values.numpy(), batch.ends, best)
        return torch.from_numpy(best)

    def _on_step(self) -> None:
        self._n_calls += 1
        if self._n_calls % max(self.target_update_interval // self.n_envs, 1) == 0:
            polyak_update(self.q_net.parameters(), self.q_net_target.parameters(), self.tau)
        share = min(self.num_timesteps / max(self.exploration_timesteps, 1), 1.0)
        self.exploration_rate = self.exploration_initial_eps + share * (
            self.exploration_final_eps - self.exploration_initial_eps
        )
        self.logger.record("rollout/exploration_rate", self.exploration_rate)

    def _excluded_save_params(self) -> list[str]:
        passing = [
            "generator",
            "explored",
            "_alive_before",
            "_last_obs",
            "_last_original_obs",
            "_last_episode_starts",
        ]
        return [*super()._excluded_save_params(), *passing, "ep_info_buffer", "ep_success_buffer"]
