"""A data folder, and metadata for its slots."""

from __future__ import annotations

from pathlib import Path

import pytest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.metadata import Metadata


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths(tmp_path)


@pytest.fixture
def metadata() -> Metadata:
    return Metadata("latest", timesteps=1_000, episodes=7, best_lines=12, seed=0, env={"height": 20})
