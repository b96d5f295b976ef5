"""A stranger's weights in an archive of our own making: nothing of the stranger's file but its numbers."""

from __future__ import annotations

from tetris_arcade.envs.config import EnvConfig, Features
from tetris_arcade.storage.archive import ModelArchive
from tetris_arcade.storage.scorer import ScorerShape
from tetris_arcade.training.config import TrainConfig
from tetris_arcade.training.learner import build_learner
from tetris_arcade.training.state import load_policy, model_bytes


def rebuild_archive(archive: ModelArchive, shape: ScorerShape) -> bytes:
    """A `model.zip` that plain `DQN.load` opens, from checked tensors; it has the default hyper-
    parameters."""
    features: Features = "classic" if shape.features == "classic" else "afterstate"
    config = TrainConfig(env=EnvConfig(features), net_arch=shape.net_arch, num_envs=1, buffer_size=1)
    model = build_learner(config)
    load_policy(model, archive.policy)
    return model_bytes(model)
