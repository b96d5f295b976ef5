"""Small seeded runs, for the tests of the learner."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.training.trainer import Trainer

OLD_CHECKPOINT = Path(__file__).parent / "data" / "latest"
"""Written by the version before the packages were renamed: 1,200 timesteps of a run like `small`."""

SMALL = TrainConfig(
    env=EnvConfig(height=10, max_pieces=40, garbage_every=6, game_over_penalty=5.0),
    seed=3,
    num_envs=4,
    total_timesteps=1_000,
    learning_starts=200,
    batch_size=32,
    buffer_size=240,
    exploration_timesteps=600,
    n_steps=3,
    net_arch=(16,),
    checkpoint_seconds=1e6,
    best_eval_seconds=1e6,
)


@pytest.fixture(scope="session", autouse=True)
def _one_torch_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths(tmp_path)


@pytest.fixture(scope="session")
def small() -> TrainConfig:
    """A run of 400 updates. Its replay buffer is overwritten several times."""
    return SMALL


@pytest.fixture(scope="session")
def longer(small: TrainConfig) -> TrainConfig:
    return replace(small, total_timesteps=1_600)


@pytest.fixture(scope="session")
def random_actions(small: TrainConfig) -> TrainConfig:
    """A run that only explores: much faster, for tests that do not need learning."""
    return replace(small, learning_starts=10**9)


@pytest.fixture(scope="module")
def finished(small: TrainConfig, tmp_path_factory: pytest.TempPathFactory) -> Trainer:
    """A run of `small` that has ended. Tests read its data folder and must not change it."""
    trainer = Trainer(small, DataPaths(tmp_path_factory.mktemp("finished")))
    trainer.run()
    return trainer
