"""The longest names that slots may have are drawn whole over the boards, at every text size."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pilot import OpenPilot
from tests.sample_data import show_demo, show_duel
from tetris_arcade.config.settings import DisplaySettings, Settings
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.duel import DuelScene
from tetris_arcade.storage.slot_names import is_plain_folder_name

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
