"""Rebuilds an imported `model.zip`: of the imported file, only the weights are used."""

from __future__ import annotations

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.network_shape import NetworkShape
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.storage.model_archive import ModelArchive
from tetris_arcade.training.checkpoint_state import load_policy, training_model_zip
from tetris_arcade.training.factory import build_learner


def rebuild_archive(archive: ModelArchive, shape: NetworkShape) -> bytes:
    """Return a `model.zip` with the weights of `archive`, which plain `DQN.load` opens.

    Its hyperparameters are the defaults.
    """
    config = TrainConfig(env=EnvConfig(shape.features), net_arch=shape.net_arch, num_envs=1, buffer_size=1)
    model = build_learner(config)
    model.buffer_size = TrainConfig().buffer_size  # For training it further.
    load_policy(model, archive.policy)
    return training_model_zip(model)
