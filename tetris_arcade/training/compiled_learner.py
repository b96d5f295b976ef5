"""Runs the timesteps of a `PlacementDQN` through the compiled kernels, on the learner's own state."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.dense import value_rows
from tetris_arcade.engine.dense_gradients import average_into, compute_gradients, step_adam
from tetris_arcade.engine.jit import compiled_for
from tetris_arcade.engine.placements import new_workspace
from tetris_arcade.engine.simulation import play_all
from tetris_arcade.envs.vector import PlacementVecEnv
from tetris_arcade.training.learner_kernels import (
    LearningRule,
    LearningState,
    choose_actions,
    compute_targets,
    list_current,
    new_acting_state,
    new_learning_state,
    store_transitions,
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
        self.num_learned = 0
        """How many gradient steps this object has taken."""
        self._workspace = new_workspace()
        self._values: Any = compiled_for(value_rows, *self._value_arguments(0))
        self._choose: Any = compiled_for(choose_actions, self._acting, model.generator, 0.0)
        self._play: Any = compiled_for(play_all, *self._play_arguments())
        self._list: Any = compiled_for(list_current, env.games, env.rules, self._acting, self._workspace)
        self.sync(model)
        self._store: Any = compiled_for(store_transitions, *self._store_arguments())
        self._targets: Any = compiled_for(compute_targets, *self._target_arguments())
        self._gradients: Any = compiled_for(compute_gradients, *self._gradient_arguments())
        self._adam: Any = compiled_for(step_adam, *self._adam_arguments(0.0))
        self._average: Any = compiled_for(average_into, self.network.target, self.network.online, 0.0)

    # Arguments of the kernels; the types are those that they were compiled for.

    def _value_arguments(self, rows: int) -> tuple[Any, ...]:
        network, placements = self.network, self._acting.placements
        return (
            network.online, network.layers, placements.inputs, rows, placements.activations, placements.values
        )  # fmt: skip

    def _play_arguments(self) -> tuple[Any, ...]:
        env, acting = self.env, self._acting
        return (
            env.games, env.rules, 0, env.num_envs, acting.action, self._workspace, acting.rewards, env.ended
        )  # fmt: skip

    def _store_arguments(self) -> tuple[Any, ...]:
        env = self.env
        return self._buffer.ring, env.games, env.ended, env.rules, self._rule, self._acting

    def _target_arguments(self) -> tuple[Any, ...]:
        buffer, rules = self._buffer, self.env.rules
        return (
            self.network, buffer.ring, rules, self._rule, self._learning, buffer.generator, self._workspace
        )  # fmt: skip

    def _gradient_arguments(self) -> tuple[Any, ...]:
        network, learning = self.network, self._learning
        return (
            network.online, network.layers, learning.inputs, learning.targets, self._rule.huber_delta,
            learning.gradient_workspace, network.gradients, learning.values,
        )  # fmt: skip

    def _adam_arguments(self, learning_rate: float) -> tuple[Any, ...]:
        network = self.network
        return (
            network.online, network.gradients, network.first_moment, network.second_moment, network.steps,
            learning_rate, self._rule.max_grad_norm,
        )  # fmt: skip

    @staticmethod
    def supports(model: PlacementDQN) -> bool:
        """Whether the kernels know all parts of the model; otherwise stable-baselines3's and torch's run."""
        return (
            model.use_kernels
            and type(model.env) is PlacementVecEnv
            and model.env.render_mode is None
            and type(model.replay_buffer) is PlacementReplayBuffer
            and model.replay_buffer.height == model.env.config.height
            and model.replay_buffer.gamma == model.gamma
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
        self._list(self.env.games, self.env.rules, self._acting, self._workspace)

    @property
    def learning(self) -> LearningState:
        """The last minibatch and its gradient step, valid once `num_learned` is not 0."""
        return self._learning

    @property
    def rule(self) -> LearningRule:
        """The constants of the algorithm."""
        return self._rule

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
        rate = _ALWAYS if exploration_rate is None else float(exploration_rate)
        self._values(*self._value_arguments(int(self._acting.placements.ends[-1])))
        self._choose(self._acting, generator, rate)
        ended = self._play(*self._play_arguments())
        self._list(self.env.games, self.env.rules, self._acting, self._workspace)
        self._store(*self._store_arguments())
        return int(ended)

    def update_target(self, tau: float) -> None:
        """Move the target network by the share `tau` towards the online network."""
        self._average(self.network.target, self.network.online, float(tau))

    def learn(self, gradient_steps: int, batch_size: int, learning_rate: float) -> tuple[int, float, float]:
        """Take gradient steps; returns how many, their mean loss, and the last minibatch's mean Q-value.

        If fewer than asked for, the loss is the one that was not finite.
        """
        if self._learning.targets.shape[0] != batch_size:
            self._learning = new_learning_state(batch_size, self._scale, self.network.layers)
        if not shares_memory(self._policy, self.network):
            share_memory(self._policy, self.network)
        losses = []
        for _ in range(gradient_steps):
            self._targets(*self._target_arguments())
            losses.append(self._gradients(*self._gradient_arguments()))
            if not math.isfinite(losses[-1]):
                return len(losses) - 1, losses[-1], math.nan
            self._adam(*self._adam_arguments(float(learning_rate)))
            self.num_learned += 1
        return gradient_steps, sum(losses) / len(losses), float(self._learning.values.mean())
