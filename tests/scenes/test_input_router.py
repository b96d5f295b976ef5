"""Who gets an input: the footer, the scene, or a key that works on every screen."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest
from pygame.event import Event

from tests.pilot import OpenPilot, pilots
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.storage.settings_file import load_settings
from tetris_arcade.ui.input import Action, InputEvent

# --- Footer ---


def test_footer_can_be_clicked(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.click("F1")
    assert pilot.title == "Help"
    pilot.advance(0.1)
    pilot.click("ESC")
    assert pilot.title == "Title"


def test_footer_names_pad_buttons_once_one_is_used(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene)
    assert {"ENTER", "ESC"} <= set(pilot.texts())
    pilot.press_pad(12)
    assert not {"ENTER", "ESC"} & set(pilot.texts())
    assert {"A", "B"} <= set(pilot.texts())


def test_footer_names_remapped_keys(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene)
    context = pilot.app.context
    inputs = replace(context.settings.input, keys={Action.BACK.value: ("q",)})
    context.change_settings(replace(context.settings, input=inputs))
    pilot.advance(0.1)
    assert "Q" in pilot.texts()
    assert "ESC" not in pilot.texts()


# --- Keys that work everywhere ---


def test_mute_is_saved_at_once(open_pilot: OpenPilot, tmp_path: Path) -> None:
    pilot = open_pilot(TitleScene)
    for is_muted in (True, False):
        pilot.press("m")
        assert load_settings(tmp_path / "settings.toml")[0].sound.muted is is_muted


@pytest.mark.parametrize(("key", "modifier"), [(pygame.K_F11, 0), (pygame.K_RETURN, pygame.KMOD_LALT)])
def test_full_screen_key_changes_the_setting(
    open_pilot: OpenPilot, tmp_path: Path, key: int, modifier: int
) -> None:
    pilot = open_pilot(TitleScene)
    app = pilot.app
    pilot.send(*(Event(kind, key=key, unicode="", mod=modifier) for kind in (pygame.KEYDOWN, pygame.KEYUP)))
    assert pilot.title == "Title"
    assert app.display.is_full_screen
    assert app.context.settings.display.full_screen
    assert load_settings(tmp_path / "settings.toml")[0].display.full_screen
    pilot.press("m")
    assert app.display.is_full_screen
    pilot.press("f11")
    assert not app.display.is_full_screen
    assert not load_settings(tmp_path / "settings.toml")[0].display.full_screen


def test_held_key_works_once(open_pilot: OpenPilot) -> None:
    app = open_pilot(TitleScene).app
    app.press(InputEvent(action=Action.HELP, repeated=True))
    assert app.top.title == "Title"
    app.press(InputEvent(action=Action.HELP))
    app.press(InputEvent(action=Action.HELP, repeated=True))
    assert app.top.title == "Help"


@pytest.mark.parametrize("folder", [b"data", b"not UTF-8: \xe9\xff", b"two\nlines", b"L" * 255])
def test_screenshot_shows_the_screen(folder: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / os.fsdecode(folder)
    root.mkdir()
    with pilots(root, monkeypatch) as open_one:
        pilot = open_one(TitleScene)
        shown = pygame.surfarray.array3d(pilot.app.display.surface).copy()
        pilot.press("f12")
    (file,) = (root / "records" / "screenshots").iterdir()
    saved = pygame.image.load(io.BytesIO(file.read_bytes()))
    assert np.array_equal(pygame.surfarray.array3d(saved), shown)
