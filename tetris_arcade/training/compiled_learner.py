"""Runs the timesteps of a `PlacementDQN` through the compiled kernels, on the learner's own state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.dense_gradients import average_into
from tetris_arcade.engine.placements import new_workspace
from tetris_arcade.envs.vector import PlacementVecEnv
from tetris_arcade.training.learner_kernels import (
    LearningRule,
    collect,
    learn,
    list_current,
    new_acting_state,
    new_learning_state,
)
from tetris_arcade.training.network_arrays import (
    can_share_arrays,
    input_scale,
    new_network_arrays,
    share_memory,
    shares_memory,
)
from tetris_arcade.training.policy import PlacementPolicy
from tetris_arcade.training.replay_buffer import PlacementReplayBuffer

if TYPE_CHECKING:
    from tetris_arcade.training.dqn import PlacementDQN

_ALWAYS = 2.0
"""An exploration rate at which every action is random."""


class CompiledLearner:
    """The working memory of the kernels beside the state of `model`, which they change in place.

    The networks and the optimizer are torch's tensors, the games those of the environment, the transitions
    those of the replay buffer.
    """

    def __init__(self, model: PlacementDQN) -> None:
        policy, env, buffer = model.policy, model.env, model.replay_buffer
        assert isinstance(policy, PlacementPolicy)
        assert isinstance(env, PlacementVecEnv)
        assert isinstance(buffer, PlacementReplayBuffer)
        self._policy, self.env, self._buffer = policy, env, buffer
        self.network = new_network_arrays(policy)
        share_memory(policy, self.network)
        self._scale = input_scale(policy)
        self._acting = new_acting_state(env.num_envs, self._scale, self.network.layers)
        self._learning = new_learning_state(model.batch_size, self._scale, self.network.layers)
        self._workspace = new_workspace()
        self.sync(model)

    @staticmethod
    def supports(model: PlacementDQN) -> bool:
        """Whether the kernels know all parts of the model; otherwise stable-baselines3's and torch's run."""
        return (
            type(model.env) is PlacementVecEnv
            and type(model.replay_buffer) is PlacementReplayBuffer
            and model.replay_buffer.height == model.env.config.height
            and model.action_noise is None
            and can_share_arrays(model.policy)
        )

    def serves(self, model: PlacementDQN) -> bool:
        """Whether this was made for the model's present parts."""
        return self._policy is model.policy and self.env is model.env and self._buffer is model.replay_buffer

    def sync(self, model: PlacementDQN) -> None:
        """Take over the model's constants and the environment's present state."""
        self._rule = LearningRule(
            gamma=float(self._buffer.gamma),
            n_steps=int(self._buffer.n_steps),
            reward_scale=float(model.reward_scale),
            double_q=bool(model.double_q),
            huber_delta=float(model.huber_delta),
            max_grad_norm=float(model.max_grad_norm),
        )
        list_current(self.env.games, self.env.rules, self._acting, self._workspace)

    @property
    def actions(self) -> NDArray[np.int64]:
        """The last actions, (N,)."""
        return self._acting.action

    @property
    def explored(self) -> NDArray[np.bool_]:
        """Which of the last actions were exploration, (N,)."""
        return self._acting.explored

    @property
    def rewards(self) -> NDArray[np.float32]:
        """The last rewards, (N,)."""
        return self._acting.rewards

    @property
    def shown_values(self) -> NDArray[np.float32]:
        """The Q-values of environment 0's board before its last move, (40,), NaN for those that end it."""
        return self._acting.shown_values

    def collect(self, generator: NDArray[np.uint64], exploration_rate: float | None) -> int:
        """Play one move per game and store the transitions; returns how many games ended.

        exploration_rate: None makes every action random, as before learning starts.
        """
        return int(
            collect(
                self.network,
                self._buffer.ring,
                self.env.games,
                self.env.ended,
                self.env.rules,
                self._rule,
                self._acting,
                generator,
                _ALWAYS if exploration_rate is None else float(exploration_rate),
                self._workspace,
            )
        )

    def update_target(self, tau: float) -> None:
        """Move the target network by the share `tau` towards the online network."""
        average_into(self.network.target, self.network.online, float(tau))

    def learn(self, gradient_steps: int, batch_size: int, learning_rate: float) -> tuple[int, float, float]:
        """Take gradient steps; returns how many, their mean loss, and the last minibatch's mean Q-value.

        If fewer than asked for, the loss is the one that was not finite.
        """
        if self._learning.targets.shape[0] != batch_size:
            self._learning = new_learning_state(batch_size, self._scale, self.network.layers)
        if not shares_memory(self._policy, self.network):
            share_memory(self._policy, self.network)
        taken = learn(
            self.network,
            self._buffer.ring,
            self.env.rules,
            self._rule,
            self._learning,
            self._buffer.generator,
            int(gradient_steps),
            float(learning_rate),
            self._workspace,
        )
        loss, mean_value = self._learning.metrics.tolist()
        return int(taken), loss, mean_value
