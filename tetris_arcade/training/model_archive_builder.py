"""A stranger's weights in an archive of our own making: nothing of the stranger's file but its numbers."""

from __future__ import annotations

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.network_shape import NetworkShape
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.storage.model_archive import ModelArchive
from tetris_arcade.training.checkpoint_state import load_policy, training_model_zip
from tetris_arcade.training.factory import build_learner


def rebuild_archive(archive: ModelArchive, shape: NetworkShape) -> bytes:
    """A `model.zip` that plain `DQN.load` opens, from checked tensors; it has the default hyper-
    parameters."""
    features = "classic" if shape.features == "classic" else "afterstate"
    config = TrainConfig(env=EnvConfig(features), net_arch=shape.net_arch, num_envs=1, buffer_size=1)
    model = build_learner(config)
    load_policy(model, archive.policy)
    return training_model_zip(model)
