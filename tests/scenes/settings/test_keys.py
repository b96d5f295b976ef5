"""Remapping of keys and pad buttons."""

from __future__ import annotations

from tests.pilot import OpenPilot, Pilot
from tetris_arcade.config.settings import InputSettings
from tetris_arcade.scenes.settings.keys import KeySettingsScene
from tetris_arcade.storage.settings_file import load_settings

Y_BUTTON = 3


def saved(pilot: Pilot) -> InputSettings:
    return load_settings(pilot.app.context.paths.settings_file)[0].input


def test_new_key_works_at_once(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(KeySettingsScene)
    pilot.choose("mute")
    pilot.press("q")
    assert saved(pilot).keys == {"mute": ("q",)}
    assert not pilot.app.context.settings.sound.muted
    pilot.press("q")
    assert pilot.app.context.settings.sound.muted


def test_escape_keeps_the_key(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(KeySettingsScene)
    pilot.choose("up")
    pilot.press("escape")
    assert saved(pilot).keys == {}
    assert pilot.title == "Keys and pad"


def test_reset_restores_the_defaults(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(KeySettingsScene)
    pilot.choose("up")
    pilot.press("w")
    assert saved(pilot).keys == {"up": ("w",)}
    pilot.choose("Reset all to defaults")
    assert saved(pilot).keys == {}


def test_every_key_is_an_answer(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(KeySettingsScene)
    pilot.choose("up")
    pilot.press("f11")
    assert saved(pilot).keys == {"up": ("f11",)}
    assert not pilot.app.display.is_full_screen


def test_click_on_cancel_keeps_the_key(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(KeySettingsScene)
    pilot.choose("down")
    pilot.advance(0.1)
    pilot.click("cancel")
    assert saved(pilot).keys == {}
    assert not pilot.app.top.captures_all_keys


def test_pad_button_is_assigned(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(KeySettingsScene)
    pilot.choose("up")
    pilot.press_pad(Y_BUTTON)
    assert saved(pilot).pad == {"up": ("y",)}
