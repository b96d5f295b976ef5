"""The settings: every value can be changed and is saved, and no description is cut."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import fake_context
from tests.pilot import OpenPilot, Pilot
from tetris_arcade.config.settings import TEXT_SIZES, DisplaySettings, Settings
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.storage.settings_file import load_settings
from tetris_arcade.ui.input import Action, InputEvent

DOWN, RIGHT = 12, 14


def saved(pilot: Pilot) -> Settings:
    return load_settings(pilot.app.context.paths.settings_file)[0]


def test_every_setting_is_changed_and_saved(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene)
    scene = pilot.app.top
    assert isinstance(scene, SettingsScene)
    for entry in scene.entries():
        if entry.change is not None and entry.key != "full_screen":
            pilot.go_to(entry.label)
            before = pilot.app.context.settings
            pilot.press("right")
            assert pilot.app.context.settings != before, entry.key
            assert saved(pilot) == pilot.app.context.settings
            pilot.press("left")


def test_pad_alone_changes_a_setting(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene)
    pilot.press_pad(DOWN, RIGHT)
    assert saved(pilot).display.palette == "classic"


def test_title_is_entered(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene)
    pilot.choose("Title")
    pilot.press(*["backspace"] * 20, *"mine", "return")
    assert saved(pilot).display.title == "mine"


def test_visitors_change_nothing_but_what_helps_them(tmp_path: Path) -> None:
    context, messages = fake_context(tmp_path)
    context.is_kiosk = True
    scene, before = SettingsScene(context), context.settings
    for _ in scene.entries():
        for action in (Action.RIGHT, Action.CONFIRM, Action.DOWN):
            assert scene.handle(InputEvent(action=action)) is None
    assert replace(context.settings, access=before.access) == before
    assert set(messages) == {"Settings are locked in kiosk mode"}


@pytest.mark.parametrize("text_size", TEXT_SIZES)
@pytest.mark.parametrize("size", [(800, 480), (1280, 720), (1920, 1080), (1080, 1920)])
def test_no_description_is_cut(open_pilot: OpenPilot, size: tuple[int, int], text_size: float) -> None:
    pilot = open_pilot(SettingsScene, size, Settings(display=DisplaySettings(text_size=text_size)))
    scene = pilot.app.top
    assert isinstance(scene, SettingsScene)
    for _ in scene.entries():
        pilot.press("down")
        assert pilot.cut_texts() == [], scene.menu.current.key
