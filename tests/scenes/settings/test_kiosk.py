"""The kiosk's settings: what is chosen is saved."""

from __future__ import annotations

import pytest

from tests.pilot import OpenPilot, Pilot
from tetris_arcade.config.settings import KioskSettings
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.storage.settings_file import load_settings


def saved(pilot: Pilot) -> KioskSettings:
    return load_settings(pilot.app.context.paths.settings_file)[0].kiosk


def test_equal_hours_mean_never_dark(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene)
    pilot.go_to("Dark from")
    pilot.press("left")
    assert saved(pilot).dim_hours == (23, 0)
    pilot.press("right")
    assert saved(pilot).dim_hours is None


def test_times_and_training_are_saved(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene)
    for label in ("Attract after", "Each plays for", "Always training"):
        pilot.go_to(label)
        pilot.press("right")
    kiosk = saved(pilot)
    assert (kiosk.train, kiosk.rotate_seconds, kiosk.idle_seconds) == (True, 105.0, 75.0)


def test_players_are_added_and_removed(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene)
    pilot.choose("Playlist")
    pilot.choose("bcts")
    assert saved(pilot).playlist == ("champion", "bcts")
    assert pilot.sees("number 2")
    pilot.choose("champion")
    assert saved(pilot).playlist == ("bcts",)


def test_night_restart_and_statistics_are_saved(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene)
    for label in ("Dark means", "Restarts at", "Count visits"):
        pilot.go_to(label)
        pilot.press("right")
    kiosk = saved(pilot)
    assert (kiosk.screen_off, kiosk.restart_hour, kiosk.statistics) == (True, 0, False)
    pilot.go_to("Restarts at")
    pilot.press("left")
    assert saved(pilot).restart_hour is None


def test_screens_and_games_for_visitors_are_switched(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.choose("Settings")
    pilot.choose("Visitors can open")
    for label in ("Train", "Duel", "2 minutes"):
        pilot.choose(label)
    kiosk = saved(pilot)
    assert kiosk.closed_screens == ("train", "duel")
    assert "ultra" not in kiosk.forms
    assert not pilot.sees("Quit")
    pilot.choose("Duel")
    assert saved(pilot).closed_screens == ("train",)


def test_pin_is_saved(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(SettingsScene)
    pilot.go_to("Operator PIN")
    assert pilot.sees("not set")
    pilot.choose("Operator PIN")
    pilot.press(*"0815", "return")
    assert saved(pilot).pin == "0815"
    assert pilot.title == "Settings"
    assert not pilot.sees("not set")


@pytest.mark.parametrize(
    ("typed", "corrected"), [("12", "1208"), ("123456789", "12345678"), ("2468", "24680")]
)
def test_refused_pin_can_be_corrected(open_pilot: OpenPilot, typed: str, corrected: str) -> None:
    pilot = open_pilot(SettingsScene)
    pilot.choose("Operator PIN")
    pilot.press(*typed, "return")
    assert saved(pilot).pin is None
    assert pilot.title == "Name"
    if len(corrected) < len(typed):
        pilot.press("backspace", "return")
    else:
        pilot.press(*corrected[len(typed) :], "return")
    assert saved(pilot).pin == corrected
    assert pilot.title == "Settings"
