"""The kiosk's controller: visitors come and go, the operator has a PIN, the window stays."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest

from tests.kiosk.driver import IDLE, OpenKiosk, frames, hold, key
from tetris_arcade.config.settings import Settings
from tetris_arcade.languages import get_language
from tetris_arcade.remote.messages import StartDemo
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Push, Reset
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.language_choice import ask_language
from tetris_arcade.scenes.models.scene import ModelsScene
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.play.play_menu import PlayMenuScene
from tetris_arcade.scenes.play.solo import SoloScene
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.worker.shared.messages import Stop


def test_attract_loop_resumes_after_a_countdown(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    app.apply(Push(ModelsScene(app.context)))
    now = frames(app, 0.0, IDLE - 15, key("down"))
    before = pygame.surfarray.array3d(app.display.surface)
    now = frames(app, now, 8.0)
    box = np.s_[:, app.display.surface.get_height() - 20 :]
    assert bool((pygame.surfarray.array3d(app.display.surface)[box] != before[box]).any())
    assert isinstance(app.top, ModelsScene)
    frames(app, now, 10.0)
    assert isinstance(app.top, AttractScene)


def test_demo_that_an_operator_opens_elsewhere_has_a_visitors_time(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(has_visitor=False)
    now = frames(app, 0.0, IDLE + 5)
    host = app._make_host()
    host.obey(StartDemo("champion"))
    assert isinstance(app.top, DemoScene)
    now = frames(app, now, IDLE - 5)
    assert isinstance(app.top, DemoScene)
    now = frames(app, now, 10.0)
    assert isinstance(app.top, AttractScene)
    host.obey(StartDemo("champion"))
    host.obey(Stop())
    assert isinstance(app.top, AttractScene)


def test_input_prevents_the_return_to_attract(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    app.apply(Push(ModelsScene(app.context)))
    now = 0.0
    for _ in range(4):
        now = frames(app, now, IDLE - 5, key("down"))
    assert isinstance(app.top, ModelsScene)


def test_title_follows_the_attract_loop(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(has_visitor=False)
    assert isinstance(app.top, AttractScene)
    frames(app, 0.0, 0.5, key("x"))
    assert isinstance(app.top, TitleScene)
    keys = [entry.key for entry in app.top.menu.entries]
    assert keys == ["play", "demo", "models", "duel", "replays", "settings", "language"]


def test_a_game_starts_with_one_button_and_does_not_outlive_its_visitor(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    now = frames(app, 0.0, 0.3, key("return"))
    assert app.top.title == "Play"
    now = frames(app, now, 3.0, key("return"))
    assert isinstance(app.top, SoloScene)
    now = frames(app, now, IDLE - 5, key("space"))
    assert isinstance(app.top, SoloScene)
    assert app.top.game.tally.pieces
    frames(app, now, IDLE + 1)
    assert isinstance(app.top, AttractScene)


def test_visitors_play_the_forms_and_levels_that_the_operator_offers(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(forms=("sprint", "race_goal", "no such form"), levels=(3, 4))
    frames(app, 0.0, 0.3, key("return"))
    assert isinstance(app.top, PlayMenuScene)
    entries = {entry.key: entry for entry in app.top.entries()}
    assert {"sprint", "race_goal"} <= entries.keys()
    assert not {"marathon", "ultra", "race_time", "level"} & entries.keys()
    assert entries["machine_level"].value == "3"
    change = entries["machine_level"].change
    assert change is not None
    change(-1)
    assert {entry.key: entry.value for entry in app.top.entries()}["machine_level"] == "4"


def test_closed_screens_cannot_be_opened(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(closed_screens=("duel", "demo", "settings", "no such screen"))
    assert isinstance(app.top, TitleScene)
    assert [entry.key for entry in app.top.menu.entries] == ["play", "models", "replays", "language"]
    app.apply(Push(ModelsScene(app.context)))
    frames(app, 0.0, 0.2, key("return"))
    assert isinstance(app.top, ChoiceDialog)
    assert [entry.key for entry in app.top.menu.entries] == ["evaluate"]


def test_all_screens_are_open_if_none_would_be(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(closed_screens=("play", "train", "demo", "models", "duel", "replays", "settings"))
    assert isinstance(app.top, TitleScene)
    assert len(app.top.menu.entries) == 7


KEY_EVENTS = (pygame.KEYDOWN, pygame.KEYUP)
EXITS = {
    "escape": [pygame.event.Event(pygame.KEYDOWN, key=pygame.K_ESCAPE, unicode="", mod=0)],
    "window close": [pygame.event.Event(pygame.QUIT)],
}
ALT_F4 = [
    pygame.event.Event(pygame.KEYDOWN, key=pygame.K_LALT, unicode="", mod=0),
    pygame.event.Event(pygame.KEYDOWN, key=pygame.K_F4, unicode="", mod=pygame.KMOD_LALT),
    pygame.event.Event(pygame.KEYUP, key=pygame.K_F4, unicode="", mod=pygame.KMOD_LALT),
    pygame.event.Event(pygame.KEYUP, key=pygame.K_LALT, unicode="", mod=0),
]


@pytest.mark.parametrize("allow_exit", [False, True])
@pytest.mark.parametrize("exit_name", EXITS)
def test_exit_needs_allow_exit(open_kiosk: OpenKiosk, exit_name: str, allow_exit: bool) -> None:
    app = open_kiosk(allow_exit=allow_exit)
    frames(app, 0.0, 0.3, *EXITS[exit_name])
    assert app.has_ended is allow_exit
    if not allow_exit:
        assert isinstance(app.top, TitleScene)


def test_alt_f4_and_full_screen_are_locked(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    frames(app, 0.0, 0.3, *ALT_F4, key("f11"))
    assert not app.has_ended
    assert not app.display.is_full_screen
    assert isinstance(app.top, TitleScene)


def test_models_and_settings_are_read_only(open_kiosk: OpenKiosk, tmp_path: Path) -> None:
    app = open_kiosk()
    app.apply(Push(ModelsScene(app.context)))
    frames(app, 0.0, 0.3, key("s"))
    assert isinstance(app.top, ModelsScene)
    app.context.change_settings(Settings())
    assert not (tmp_path / "settings.toml").exists()


def test_failed_screen_returns_to_attract(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = open_kiosk()
    app.apply(Push(ModelsScene(app.context)))
    monkeypatch.setattr(app.top, "update", lambda *_: 1 / 0)
    app._guarded_frame(0.0, 0.1)
    assert isinstance(app.top, AttractScene)
    assert "ZeroDivisionError" in caplog.text


def test_frames_write_the_heartbeat(open_kiosk: OpenKiosk, tmp_path: Path) -> None:
    app = open_kiosk()
    (tmp_path / "beat").unlink()
    app.frame([], 0.5, 0.1)
    assert not (tmp_path / "beat").exists()
    app.frame([], 5.0, 0.1)
    assert (tmp_path / "beat").exists()


@pytest.mark.parametrize(
    ("hours", "hour", "is_dim"),
    [((22, 7), 23, True), ((22, 7), 6, True), ((22, 7), 12, False), ((1, 5), 3, True), (None, 3, False)],
)
def test_screen_is_dimmed_in_dim_hours(
    open_kiosk: OpenKiosk, hours: tuple[int, int] | None, hour: int, is_dim: bool
) -> None:
    app = open_kiosk(dim_hours=hours, hour=hour)
    frames(app, 0.0, 0.3)
    brightest = int(pygame.surfarray.array3d(app.display.surface).max())
    assert (brightest < 120) is is_dim


def test_picture_shifts_against_burn_in(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    app.frame([], 0.0, 0.1)
    first = pygame.surfarray.array3d(app.display.surface)
    app.frame([], 50.0, 0.1)
    app.draw()
    shifted = pygame.surfarray.array3d(app.display.surface)
    unit = app.display.surface.get_width() // 640
    assert bool((first != shifted).any())
    part = np.s_[unit:200, -20:]
    assert bool((shifted[part] == first[: 200 - unit, -20:]).all())


@pytest.mark.parametrize("name", ["f1", "m", "f11", "f12", "escape", "q"])
def test_every_key_ends_the_attract_loop(open_kiosk: OpenKiosk, name: str) -> None:
    app = open_kiosk(has_visitor=False)
    assert isinstance(app.top, AttractScene)
    frames(app, 0.0, 0.3, key(name))
    assert isinstance(app.top, TitleScene)
    assert not app.context.settings.sound.muted


def test_touch_ends_the_attract_loop(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(has_visitor=False)
    frames(app, 0.0, 0.3, pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(5, 5)))
    assert isinstance(app.top, TitleScene)


def test_visitors_cannot_change_settings(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    before = app.context.settings
    app.apply(Push(SettingsScene(app.context)))
    now = 0.0
    for _ in range(25):
        now = frames(app, now, 0.1, key("right"), key("return"), key("down"))
        assert isinstance(app.top, SettingsScene)
    assert replace(app.context.settings, access=before.access) == before
    assert "pin" not in {entry.key for entry in app.top.menu.entries}


def test_repeated_faults_end_the_process(open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_kiosk()
    monkeypatch.setattr(AttractScene, "draw", lambda *_: 1 / 0)
    frames(app, 0.0, IDLE - 1)
    times = [IDLE + 1 + frame / 60 for frame in range(10)]
    with pytest.raises(ZeroDivisionError):
        deque((app._guarded_frame(now, 0.02) for now in times), maxlen=0)


def test_held_button_turns_one_button_on_until_the_visitor_has_left(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_kiosk()
    down, up = (pygame.event.Event(kind, key=pygame.K_RETURN, unicode="", mod=0) for kind in KEY_EVENTS)
    now = frames(app, 0.0, 2.5, down, up)
    app.apply(Reset(TitleScene(app.context)))
    hold(monkeypatch, pygame.K_RETURN)
    now = frames(app, now, 2.5)
    assert not app.context.settings.access.one_button
    now = frames(app, now, 1.0)
    assert app.context.settings.access.one_button
    hold(monkeypatch)
    now = frames(app, now, 0.2, down, up)  # its release chooses nothing
    assert isinstance(app.top, TitleScene)
    app.frame([], now + IDLE, 0.1)
    assert isinstance(app.top, AttractScene)
    assert not app.context.settings.access.one_button


def test_visitors_change_what_helps_them_until_they_leave(open_kiosk: OpenKiosk, tmp_path: Path) -> None:
    app = open_kiosk()
    app.apply(Push(SettingsScene(app.context)))
    assert isinstance(app.top, SettingsScene)
    entries = {entry.key: entry for entry in app.top.menu.entries}
    change = entries["captions"].change
    assert change is not None
    change(1)
    assert app.context.settings.access.captions
    app.frame([], IDLE + 1, 0.1)
    assert not app.context.settings.access.captions
    assert not (tmp_path / "settings.toml").exists()


# --- Devices that do not rest ---


def _drift(number: int) -> list[pygame.event.Event]:
    """A mouse, a trembling stick, and a key and a hat that something lies on."""
    return [
        pygame.event.Event(pygame.MOUSEMOTION, pos=(100 + number % 9, 100), rel=(1, 0), buttons=(0, 0, 0)),
        pygame.event.Event(pygame.JOYAXISMOTION, instance_id=3, axis=0, value=0.9 * (number % 2)),
        pygame.event.Event(pygame.JOYHATMOTION, instance_id=4, hat=0, value=(0, -1)),
        pygame.event.Event(pygame.KEYDOWN, key=pygame.K_DOWN, unicode="", mod=0),
    ]


@pytest.mark.parametrize("device", range(4), ids=("mouse", "stick", "hat", "key"))
def test_device_that_does_not_rest_is_no_visitor(open_kiosk: OpenKiosk, device: int) -> None:
    app = open_kiosk()
    app.apply(Push(ModelsScene(app.context)))
    for number in range(round(5 * IDLE) * 2):
        app.frame([_drift(number)[device]], number / 2, 0.1)
        if isinstance(app.top, AttractScene):
            break
    assert isinstance(app.top, AttractScene)
    for more in range(number, number + round(5 * IDLE) * 2):
        app.frame([_drift(more)[device]], more / 2, 0.1)
    assert isinstance(app.top, AttractScene)


def test_a_visitors_language_lasts_for_the_visit(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    app.apply(ask_language(app.context))
    frames(app, 0.0, 1.0, key("down"), key("return"))
    assert app.context.settings.display.language == get_language().code == "de"
    assert isinstance(app.top, TitleScene)
    assert "Einstellungen" in [entry.label for entry in app.top.menu.entries]
    frames(app, 1.0, IDLE + 5)
    assert isinstance(app.top, AttractScene)
    assert app.context.settings.display.language == get_language().code == "en"
