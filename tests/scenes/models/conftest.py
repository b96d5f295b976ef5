"""A data folder with a model, and the screen of models over it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.pilot import OpenPilot, Pilot
from tests.scenes.models.driver import SIZE
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.scenes.models.scene import ModelsScene
from tetris_arcade.storage.checkpoints import MODEL_NAME, load_checkpoint
from tetris_arcade.storage.slots import save_slot_bytes


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    """A data folder with one slot, `mine`."""
    paths = DataPaths(tmp_path, shipped_slots())
    folder = shipped_slots()
    assert folder is not None
    champion = load_checkpoint(folder / "champion")
    model = champion.read(MODEL_NAME)
    save_slot_bytes(paths, "mine", model, replace(champion.metadata, origin="trained", evaluation=None))
    return paths


@pytest.fixture
def pilot(paths: DataPaths, open_pilot: OpenPilot) -> Pilot:
    return open_pilot(ModelsScene, SIZE)
