"""The longest names that slots may have are drawn whole over the boards, at every text size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.pilot import OpenPilot
from tests.sample_data import show_demo, show_duel
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.config.settings import DisplaySettings, Settings
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.storage.slot_names import is_plain_folder_name
from tetris_arcade.storage.slots import resolve_slot, save_slot_bytes

LONG, WIDE = "the-long-and-winding-name-of-one-model-number-07", "w" * 48


def _demo(context: Context) -> Scene:
    show_demo(context)
    return DemoScene(context, WIDE)


def _duel(context: Context) -> Scene:
    show_duel(context)
    return DuelScene(context, LONG, WIDE)


def test_names_are_the_longest_allowed() -> None:
    assert all(is_plain_folder_name(name) and not is_plain_folder_name(name + "x") for name in (LONG, WIDE))


@pytest.mark.parametrize("text_size", [1.0, 1.5])
@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (1080, 1920), (800, 480), (480, 800)])
@pytest.mark.parametrize(("scene", "names"), [(_demo, [WIDE]), (_duel, [LONG, WIDE])])
def test_longest_names_are_whole_over_the_boards(
    open_pilot: OpenPilot,
    scene: Callable[[Context], Scene],
    names: list[str],
    size: tuple[int, int],
    text_size: float,
) -> None:
    pilot = open_pilot(scene, size, Settings(DisplaySettings(text_size=text_size)))
    pilot.advance(0.1)
    written = "".join(pilot.texts())
    assert all(name.upper() in written for name in names)


@pytest.mark.parametrize("scene", ["demo", "duel"])
def test_heads_show_names_as_they_were_typed(open_pilot: OpenPilot, tmp_path: Path, scene: str) -> None:
    paths = DataPaths(tmp_path, shipped_slots())
    champion = resolve_slot(paths, "champion").checkpoint
    assert champion is not None
    metadata = replace(champion.metadata, origin="trained")
    name = save_slot_bytes(paths, "My Best", champion.read("model.zip"), metadata).name
    scenes = {
        "demo": lambda context: DemoScene(context, name),
        "duel": lambda context: DuelScene(context, name, "bcts"),
    }
    pilot = open_pilot(scenes[scene], (1280, 720))
    pilot.advance(0.1)
    assert pilot.sees("My Best")
    assert not pilot.sees(name)
