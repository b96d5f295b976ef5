"""Archives written by stable-baselines3 itself."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.metadata import Metadata


@pytest.fixture(scope="session")
def model_zip() -> bytes:
    """A DQN with the network of a placement scorer: 21 features, two hidden layers of 8 units, one value."""
    return _dqn(inputs=21, outputs=1)


@pytest.fixture(scope="session")
def other_zip() -> bytes:
    """A DQN of another game: four inputs, two actions."""
    return _dqn(inputs=4, outputs=2)


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths(tmp_path)


@pytest.fixture
def metadata() -> Metadata:
    return Metadata("latest", timesteps=1_000, episodes=7, best_lines=12, seed=0, env={"height": 20})


def _dqn(inputs: int, outputs: int) -> bytes:
    import gymnasium
    import numpy as np
    from stable_baselines3 import DQN

    class Game(gymnasium.Env):
        observation_space = gymnasium.spaces.Box(-1, 1, (inputs,), np.float32)
        action_space = gymnasium.spaces.Discrete(outputs)

        def reset(self, *, seed=None, options=None):
            return self.observation_space.sample(), {}

    model = DQN("MlpPolicy", Game(), policy_kwargs={"net_arch": [8, 8]}, buffer_size=10, seed=0, device="cpu")
    buffer = io.BytesIO()
    model.save(buffer)
    return buffer.getvalue()
