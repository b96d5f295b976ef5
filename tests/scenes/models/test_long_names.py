"""Long names in the table of models."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pilot import OpenPilot, Pilot
from tests.scenes.models.driver import select
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.settings import DisplaySettings, Settings
from tetris_arcade.scenes.models.scene import ModelsScene
from tetris_arcade.storage.checkpoints import MODEL_NAME, load_checkpoint
from tetris_arcade.storage.import_export import export_slot
from tetris_arcade.storage.slot_names import slot_folder_name
from tetris_arcade.storage.slots import save_slot_bytes


@pytest.mark.parametrize("text_size", [1.0, 1.5])
@pytest.mark.parametrize("size", [(800, 480), (1280, 720), (1080, 1920)])
def test_long_names_are_shown_whole(
    paths: DataPaths, open_pilot: OpenPilot, size: tuple[int, int], text_size: float
) -> None:
    name = "night-run-with-garbage-and-a-very-long-name-2026-11-21_b"
    mine = load_checkpoint(paths.slots / "mine")
    save_slot_bytes(paths, name, mine.read(MODEL_NAME), replace(mine.metadata, name=name))
    (paths.root / "imports").mkdir()
    export_slot(paths, "champion", paths.root / "imports" / f"{name}-that-came-from-a-friend-of-mine.zip")
    export_slot(paths, "champion", paths.root / "imports" / "second.zip")
    pilot = open_pilot(ModelsScene, size, Settings(display=DisplaySettings(text_size=text_size)))
    select(pilot, slot_folder_name(name))
    for keys in ((), ("return",), ("up", "return"), ("escape", "return", "up", "up", "return")):
        pilot.press(*keys)
        _check_nothing_is_cut(pilot, name)
    pilot.press("escape", "+")
    _check_nothing_is_cut(pilot, name)


def _check_nothing_is_cut(pilot: Pilot, name: str) -> None:
    """Only the table may cut the name: the panel shows it whole."""
    canvas = pilot._canvases[-1]
    assert set(canvas.cut) <= {name}
    assert canvas.left_out == []
