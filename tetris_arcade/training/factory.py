"""Builds a `PlacementDQN` from a configuration, and from that a network that plays without torch."""

from __future__ import annotations

from typing import Any

from stable_baselines3.common.logger import Logger

from tetris_arcade.config.rewards import REWARDS
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.engine.network import Network
from tetris_arcade.envs.factory import make_vec_env
from tetris_arcade.training.dqn import PlacementDQN
from tetris_arcade.training.players import fold_input_scale
from tetris_arcade.training.policy import PlacementPolicy
from tetris_arcade.training.replay_buffer import PlacementReplayBuffer
from tetris_arcade.training.value_semantics import semantics_from_config


def build_learner(config: TrainConfig, *, use_kernels: bool = True) -> PlacementDQN:
    """Return a new learner with new environments, seeded by the configuration. It does not log yet.

    use_kernels: False to compute in torch what is otherwise compiled, to compare the two.
    """
    model = PlacementDQN(
        PlacementPolicy,
        make_vec_env(config.env, config.num_envs, config.seed),
        learning_rate=config.learning_rate,
        final_learning_rate=config.final_learning_rate,
        learning_rate_timesteps=config.learning_rate_timesteps,
        buffer_size=config.buffer_size,
        learning_starts=config.learning_starts,
        batch_size=config.batch_size,
        tau=config.tau,
        gamma=config.gamma,
        train_freq=1,
        gradient_steps=config.gradient_steps,
        replay_buffer_class=PlacementReplayBuffer,
        replay_buffer_kwargs={
            "n_steps": config.n_steps,
            "gamma": config.gamma,
            "height": config.env.height,
            "seed": config.seed,
        },
        target_update_interval=config.target_update_timesteps,
        exploration_initial_eps=config.initial_epsilon,
        exploration_final_eps=config.final_epsilon,
        exploration_timesteps=config.exploration_timesteps,
        double_q=config.double_q,
        huber_delta=config.huber_delta,
        use_kernels=use_kernels,
        reward_scale=REWARDS[config.env.reward].scale,
        max_grad_norm=config.max_grad_norm,
        policy_kwargs={"net_arch": list(config.net_arch)},
        seed=config.seed,
        device="cpu",
    )
    # By default, stable-baselines3 creates a temporary folder for each run and never removes it.
    model.set_logger(Logger(folder=None, output_formats=[]))
    return model


def playing_network(model: PlacementDQN, config: TrainConfig) -> Network:
    """Return a copy of the network that plays: the target network.

    With soft updates, the target network is a running average of the online network, without the noise of its
    last updates. On a board of ten rows it cleared a fifth more lines.
    """
    layers: list[Any] = [layer for layer in model.q_net_target.q_net if hasattr(layer, "weight")]
    return fold_input_scale(
        [(layer.weight.detach().numpy().copy(), layer.bias.detach().numpy().copy()) for layer in layers],
        semantics_from_config(config),
    )
