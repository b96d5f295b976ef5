"""The kiosk's part of the settings: what is chosen there is in the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hidden_app import open_hidden, play_plan
from tests.recording_canvas import watch
from tetris_arcade.app import App
from tetris_arcade.config.settings import TEXT_SIZES, DisplaySettings, KioskSettings, Settings
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.storage.settings_file import load_settings
from tetris_arcade.ui.input import Action, InputEvent


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    app = open_hidden(tmp_path, (800, 480), SettingsScene)
    yield app
    app.close()


def _choose(app: App, key: str) -> None:
    menu = app.top.menu  # type: ignore[attr-defined]
    menu.chosen = next(index for index, entry in enumerate(menu.entries) if entry.key == key)


def _kept(tmp_path: Path) -> KioskSettings:
    return load_settings(tmp_path / "settings.toml")[0].kiosk


def test_dark_hours_begin_with_one_of_them_and_end_where_both_meet(app: App, tmp_path: Path) -> None:
    _choose(app, "dim_from")
    app.press(InputEvent(action=Action.LEFT))
    assert _kept(tmp_path).dim_hours == (23, 0)
    app.press(InputEvent(action=Action.RIGHT))
    assert _kept(tmp_path).dim_hours is None


def test_training_and_times_are_kept(app: App, tmp_path: Path) -> None:
    for key in ("kiosk_train", "rotate", "idle"):
        _choose(app, key)
        app.press(InputEvent(action=Action.RIGHT))
    kept = _kept(tmp_path)
    assert (kept.train, kept.rotate_seconds, kept.idle_seconds) == (True, 105.0, 75.0)


def test_players_are_put_on_the_playlist_and_taken_off(app: App, tmp_path: Path) -> None:
    _choose(app, "playlist")
    app.press(InputEvent(action=Action.CONFIRM))
    _choose(app, "bcts")
    app.press(InputEvent(action=Action.CONFIRM))
    assert _kept(tmp_path).playlist == ("champion", "bcts")
    _choose(app, "champion")
    app.press(InputEvent(action=Action.CONFIRM))
    assert _kept(tmp_path).playlist == ("bcts",)


@pytest.mark.parametrize("text_size", TEXT_SIZES)
@pytest.mark.parametrize("size", [(800, 480), (1280, 720), (1920, 1080), (1080, 1920)])
def test_what_is_said_of_a_setting_is_shown_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], text_size: float
) -> None:
    canvases = watch(monkeypatch)
    app = open_hidden(tmp_path, size, SettingsScene, Settings(display=DisplaySettings(text_size=text_size)))
    try:
        for key in ("presenting", "reduced_motion", "idle", "pin"):
            _choose(app, key)
            play_plan(app, [0.1], is_real_time=False)
            assert canvases[-1].left_out == [], key
    finally:
        app.close()


@pytest.mark.parametrize(("typed", "kept"), [("0815", "0815"), ("12", "2468"), ("123456789", "2468")])
def test_a_pin_has_four_to_eight_digits(app: App, tmp_path: Path, typed: str, kept: str) -> None:
    _choose(app, "pin")
    play_plan(app, ["return", *typed, "return"], is_real_time=False)
    assert _kept(tmp_path).pin == kept
    assert app.top.title == "Settings"
