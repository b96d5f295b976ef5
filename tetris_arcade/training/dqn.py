"""stable-baselines3's DQN for placements: masked actions, a replay buffer of boards, and targets over the
distinct placements of the next board."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3 import DQN
from stable_baselines3.common.buffers import ReplayBuffer
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.noise import ActionNoise
from stable_baselines3.common.policies import BasePolicy
from stable_baselines3.common.type_aliases import RolloutReturn, TrainFreq
from stable_baselines3.common.utils import (
    polyak_update,
    should_collect_more_steps,
    update_learning_rate,
)
from stable_baselines3.common.vec_env import VecEnv
from torch.nn import functional as F  # noqa: N812

from tetris_arcade.config.training import TrainConfig
from tetris_arcade.engine.game_state import RUNNING, TERMINATED, TRUNCATED
from tetris_arcade.engine.randomizer import draw_fractions, seed_generator
from tetris_arcade.envs.vector import PlacementVecEnv
from tetris_arcade.training.compiled_learner import CompiledLearner
from tetris_arcade.training.network_arrays import do_without_dynamo
from tetris_arcade.training.policy import PlacementPolicy, PlacementQNetwork, surviving_placements
from tetris_arcade.training.replay_buffer import PlacementReplayBuffer, ReplaySample
from tetris_arcade.training.replay_kernels import BoardBatch, segment_max, segment_value_at_argmax


class TrainingDivergedError(Exception):
    """The loss is not a finite number. What was learned since the last checkpoint is lost."""


class PlacementDQN(DQN):
    """DQN on a `PlacementVecEnv`. The training loop, callbacks, logger and saving are stable-baselines3's.

    exploration_timesteps: the exploration rate falls linearly to its final value over this many timesteps.
    stable-baselines3 uses a fraction of the run instead, which an endless or resumed run does not have.
    final_learning_rate, learning_rate_timesteps: the learning rate changes likewise.
    huber_delta: errors beyond it count linearly in the loss, not squared (Huber 1964).
    reward_scale: factor of the rewards that the Q-values are learned from.
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
        use_kernels: bool = True,
        **kwargs: Any,
    ) -> None:
        self.use_kernels = use_kernels
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
        """Which of the last actions were exploration, (N,) bool."""
        self.shown_colors: NDArray[np.uint8] | None = None
        """The board of environment 0 in color, (H, 10), as `ColorBoard` has it; None before it is shown."""
        self._could_survive: NDArray[np.bool_] = np.ones(1, np.bool_)
        """Whether any placement survived on the boards before the step, (N,)."""
        self._compiled: CompiledLearner | None = None
        do_without_dynamo()
        super().__init__(*args, **kwargs)
        self.generator = seed_generator([self.seed or 0, 2])
        """(6,) uint64, the random numbers of exploration, see `engine.randomizer`."""

    @property
    def placements_env(self) -> PlacementVecEnv:
        """The vectorized environment."""
        env = self.env.unwrapped if self.env is not None else None
        if not isinstance(env, PlacementVecEnv):
            raise TypeError("PlacementDQN needs an environment made by make_vec_env(...)")
        return env

    # --- Acting ---

    def predict(
        self,
        observation: Any,
        state: tuple[NDArray[Any], ...] | None = None,
        episode_start: NDArray[Any] | None = None,
        deterministic: bool = False,
    ) -> tuple[NDArray[Any], tuple[NDArray[Any], ...] | None]:
        """Return greedy actions; unless `deterministic`, each board also explores, within its mask."""
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
        self.explored = draw_fractions(self.generator, actions.shape) < self.exploration_rate
        return np.where(self.explored, self._random_actions(), actions) if self.explored.any() else actions

    @torch.no_grad()
    def _greedy_actions(self) -> NDArray[np.int64]:
        """Return the actions with the highest Q-values under the environment's masks.

        A classic observation does not show every placement that ends the game.
        """
        observations = torch.from_numpy(np.asarray(self._last_obs))
        values = self.q_net.score(observations[..., : self.q_net.scale.shape[0]]).numpy()
        best: NDArray[np.int64] = np.where(self.placements_env.action_masks(), values, -np.inf).argmax(axis=1)
        return best

    def _random_actions(self) -> NDArray[np.int64]:
        masks = self.placements_env.action_masks()
        fractions = draw_fractions(self.generator, masks.shape)
        drawn: NDArray[np.int64] = np.where(masks, fractions, -1.0).argmax(axis=1)
        return drawn

    @torch.no_grad()
    def q_values(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the Q-values, (40,) float32, for a (40, F) observation; NaN for those that end the game."""
        batch = torch.from_numpy(observation[np.newaxis])
        values = torch.where(surviving_placements(batch), self.q_net(batch), torch.nan)
        return values[0].numpy()

    def values_before_step(self) -> NDArray[np.float32]:
        """Return the Q-values, (40,), of environment 0's board before the last step, for callbacks."""
        if self._compiled is not None:
            return self._compiled.shown_values.copy()
        return self.q_values(np.asarray(self._last_obs)[0])

    @property
    def last_reward(self) -> float:
        """The unscaled reward of environment 0's last move."""
        rewards = self.placements_env._rewards if self._compiled is None else self._compiled.rewards
        return float(rewards[0])

    # --- Storing transitions ---

    def _store_transition(
        self, replay_buffer: Any, buffer_action: Any, new_obs: Any, reward: Any, dones: Any, infos: Any
    ) -> None:
        """Store the transitions that something can be learned from.

        If no placement survives on the next board, the transition to it is terminal and carries the penalty
        of the certain end. What is then played on that board says nothing about an afterstate, and is not
        stored.
        """
        env, buffer = self.placements_env, replay_buffer
        n = env.num_envs
        features = np.asarray(self._last_obs)[np.arange(n), buffer_action, : buffer.num_features]
        boards, can_survive = self._next_boards(env, dones), env.has_surviving_placement()
        is_lost = ~dones & ~can_survive
        reward = np.where(is_lost, reward - self.gamma * env.config.game_over_penalty, reward)
        reward = reward * np.float32(self.reward_scale)
        ending = np.where(dones | is_lost, TERMINATED, RUNNING).astype(np.uint8)
        ending[env.ended.status == TRUNCATED] = TRUNCATED
        envs = np.flatnonzero(self._could_survive)
        buffer.store(envs, features[envs], reward[envs], ending[envs], boards.select(envs))
        self._last_obs = new_obs
        self._could_survive = can_survive | dones

    def _next_boards(self, env: PlacementVecEnv, dones: NDArray[np.bool_]) -> BoardBatch:
        """Return the boards after the step; before the reset, if the game ended."""
        games, ended, every = env.games, env.ended, env.config.garbage_every
        is_over = dones[:, np.newaxis]
        pieces = np.where(dones, ended.pieces, games.pieces)
        garbage_is_due = (pieces + 1) % every == 0 if every else np.zeros(env.num_envs, np.bool_)
        return BoardBatch(
            np.where(is_over, ended.columns, games.columns),
            np.where(dones, ended.piece, games.piece),
            np.where(dones, ended.queue[:, 0], games.queue[:, 0]),
            garbage_is_due,
        )

    # --- The run ---

    def prepare(self) -> None:
        """Reset the environments. Afterwards a state can be loaded, and `learn` be called with
        `reset_num_timesteps=False`."""
        self._setup_learn(0, None, reset_num_timesteps=True)
        self.exploration_rate = self.exploration_initial_eps

    def _setup_learn(self, *args: Any, **kwargs: Any) -> tuple[int, BaseCallback]:
        prepared = super()._setup_learn(*args, **kwargs)
        self.sync_with_env()
        return prepared

    def sync_with_env(self) -> None:
        """Prepare for the next step after the environments were reset or their state was loaded."""
        if not CompiledLearner.supports(self):
            if self._compiled is not None:  # It did not observe the boards.
                self._compiled, self._last_obs = None, self.placements_env.observe()
            self._could_survive = self.placements_env.has_surviving_placement()
        elif self._compiled is None or not self._compiled.serves(self):
            self._compiled = CompiledLearner(self)
        else:
            self._compiled.sync(self)

    def collect_rollouts(
        self,
        env: VecEnv,
        callback: BaseCallback,
        train_freq: TrainFreq,
        replay_buffer: ReplayBuffer,
        action_noise: ActionNoise | None = None,
        learning_starts: int = 0,
        log_interval: int | None = None,
    ) -> RolloutReturn:
        """Play and store `train_freq` steps, compiled if possible.

        stable-baselines3's callbacks are called as in its own method. Their locals have no observations, and
        a transition is stored before `on_step`.
        """
        if self._compiled is None:
            return super().collect_rollouts(
                env, callback, train_freq, replay_buffer, action_noise, learning_starts, log_interval
            )
        self.policy.set_training_mode(False)
        callback.on_rollout_start()
        steps, episodes = 0, 0
        while should_collect_more_steps(train_freq, steps, episodes):
            is_random = self.num_timesteps < learning_starts
            ended = self._compiled.collect(self.generator, None if is_random else self.exploration_rate)
            self.explored = self._compiled.explored
            self.num_timesteps += self.n_envs
            steps, episodes = steps + 1, episodes + ended
            actions, rewards = self._compiled.actions.copy(), self._compiled.rewards.copy()  # for callbacks
            dones, infos = self.placements_env.last_outcome()
            callback.update_locals(locals())
            if not callback.on_step():
                return RolloutReturn(steps * self.n_envs, episodes, continue_training=False)
            if ended:
                self._update_info_buffer(infos, dones)
            self._update_current_progress_remaining(self.num_timesteps, self._total_timesteps)
            self._on_step()
            self._count_episodes(ended, log_interval)
        callback.on_rollout_end()
        return RolloutReturn(steps * self.n_envs, episodes, continue_training=True)

    def _count_episodes(self, ended: int, log_interval: int | None) -> None:
        for _ in range(ended):
            self._episode_num += 1
            if log_interval is not None and self._episode_num % log_interval == 0:
                self.dump_logs()

    # --- Learning ---

    def train(self, gradient_steps: int, batch_size: int = 100) -> None:
        """Take gradient steps on sampled minibatches.

        Only the chosen placement gets a gradient, and only surviving placements count in the target. Does
        nothing while no transition is stored.
        """
        assert self.replay_buffer is not None
        if self.replay_buffer.size() == 0:
            return
        self.policy.set_training_mode(True)
        update_learning_rate(self.policy.optimizer, self._current_learning_rate())
        if self._compiled is None:
            self._train_with_torch(gradient_steps, batch_size)
        else:
            self._train_compiled(self._compiled, gradient_steps, batch_size)
        self.logger.record("train/n_updates", self._n_updates, exclude="tensorboard")
        self.logger.record("train/loss", self.last_loss)
        self.logger.record("train/mean_value", self.last_mean_value)

    def _train_compiled(self, compiled: CompiledLearner, gradient_steps: int, batch_size: int) -> None:
        taken, loss, mean_value = compiled.learn(gradient_steps, batch_size, self._current_learning_rate())
        self._n_updates += taken
        if taken < gradient_steps:
            raise TrainingDivergedError(f"the loss became {loss} after {self._n_updates} updates")
        self.last_loss, self.last_mean_value = loss, mean_value

    def _train_with_torch(self, gradient_steps: int, batch_size: int) -> None:
        """Take gradient steps with torch, for what the kernels do not know, and to test the kernels with."""
        assert self.replay_buffer is not None
        losses = []
        for _ in range(gradient_steps):
            batch = self.replay_buffer.sample(batch_size)
            targets = batch.returns + batch.discounts * self._next_values(batch)  # [B]
            values = self.q_net.score(batch.features)  # [B]
            # Divided by delta, so that `max_grad_norm` means the same for every delta.
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

    def _current_learning_rate(self) -> float:
        fraction = min(self.num_timesteps / max(self.learning_rate_timesteps, 1), 1.0)
        return self.first_learning_rate + fraction * (self.final_learning_rate - self.first_learning_rate)

    @torch.no_grad()
    def _next_values(self, batch: ReplaySample) -> torch.Tensor:
        """Return the target network's Q-value of the best placement on each next board, (B,)."""
        best = np.zeros(batch.ends.shape[0], np.float32)
        values = self.q_net_target.score_in_blocks(batch.next_features)  # [M]
        if self.double_q:
            online_values = self.q_net.score_in_blocks(batch.next_features)
            segment_value_at_argmax(online_values.numpy(), values.numpy(), batch.ends, best)
        else:
            segment_max(values.numpy(), batch.ends, best)
        return torch.from_numpy(best)

    def _on_step(self) -> None:
        self._n_calls += 1
        if self._n_calls % max(self.target_update_interval // self.n_envs, 1) == 0:
            self._update_target()
        self._update_exploration_rate()
        self.logger.record("rollout/exploration_rate", self.exploration_rate)

    def _update_exploration_rate(self) -> None:
        fraction = min(self.num_timesteps / max(self.exploration_timesteps, 1), 1.0)
        self.exploration_rate = self.exploration_initial_eps + fraction * (
            self.exploration_final_eps - self.exploration_initial_eps
        )

    def set_hyperparameters(self, config: TrainConfig) -> None:
        """Learn on with the learning rate, the discount, the exploration and the rewards of `config`.

        Call it between two steps; the next one is the first that they count for.
        """
        assert self.replay_buffer is not None
        self.first_learning_rate, self.final_learning_rate = config.learning_rate, config.final_learning_rate
        self.gamma = self.replay_buffer.gamma = config.gamma
        self.exploration_initial_eps, self.exploration_final_eps = (
            config.initial_epsilon,
            config.final_epsilon,
        )
        self._update_exploration_rate()
        self.placements_env.change_rewards(config.env)
        self.sync_with_env()

    def _update_target(self) -> None:
        if self._compiled is None:
            polyak_update(self.q_net.parameters(), self.q_net_target.parameters(), self.tau)
        else:
            self._compiled.update_target(self.tau)

    def _excluded_save_params(self) -> list[str]:
        unsaved = [
            "generator",
            "explored",
            "_could_survive",
            "shown_colors",
            "_compiled",
            "use_kernels",
            "_last_obs",
            "_last_original_obs",
            "_last_episode_starts",
        ]
        return [*super()._excluded_save_params(), *unsaved, "ep_info_buffer", "ep_success_buffer"]
