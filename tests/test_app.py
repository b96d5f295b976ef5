"""The window's shell without a display: scenes come and go, keys reach them, nothing is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest

from tests.hidden_app import key_event, open_hidden
from tests.pilot import OpenPilot
from tetris_arcade.app import App, run_app
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.settings import Settings
from tetris_arcade.scenes.base import Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.storage.settings_file import load_settings
from tetris_arcade.worker.shared.messages import TrainTask

SIZES = [(800, 480), (1280, 720), (1920, 1080), (1080, 1920)]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    app = open_hidden(tmp_path, (800, 480), TitleScene)
    yield app
    app.close()


def press(app: App, *keys: str) -> None:
    """Press keys by pygame's names, a frame after each."""
    for key in keys:
        app.frame([key_event(key)], 0.0, 1 / 60)


def picture(app: App) -> np.ndarray:
    return pygame.surfarray.array3d(app.display.surface)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("entry", ["Train", "Demo", "Models", "Duel", "Replays", "Settings"])
def test_title_entry_opens_screen_and_returns(
    size: tuple[int, int], entry: str, open_pilot: OpenPilot
) -> None:
    pilot = open_pilot(TitleScene, size)
    pilot.choose(entry)
    assert pilot.title != "Title"
    assert pilot.app.top.hints()
    colors = np.unique(pygame.surfarray.array2d(pilot.app.display.surface))
    assert len(colors) >= 6
    pilot.press("escape")
    assert pilot.title == "Title"


def test_drawing_twice_gives_the_same_picture(app: App) -> None:
    press(app, "down")
    first = picture(app).copy()
    app.draw()
    assert np.array_equal(first, picture(app))


def test_help_lists_keys_of_screen_below(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.press("f1")
    assert pilot.title == "Help"
    assert pilot.sees("choose")
    pilot.press("f1")
    assert pilot.title == "Title"


def test_a_screenshot_is_what_is_on_the_screen(app: App, tmp_path: Path) -> None:
    shown = picture(app).copy()
    press(app, "f12")
    (file,) = (tmp_path / "records" / "screenshots").iterdir()
    saved = pygame.surfarray.array3d(pygame.image.load(file))
    assert np.array_equal(saved, shown)


def test_a_changed_setting_is_saved_at_once(app: App, tmp_path: Path) -> None:
    press(app, "m")
    assert load_settings(tmp_path / "settings.toml")[0].sound.muted
    press(app, "m")
    assert not load_settings(tmp_path / "settings.toml")[0].sound.muted


@pytest.mark.parametrize(("key", "held"), [(pygame.K_F11, 0), (pygame.K_RETURN, pygame.KMOD_LALT)])
def test_full_screen_by_key_is_what_the_settings_say(app: App, tmp_path: Path, key: int, held: int) -> None:
    app.frame([pygame.event.Event(pygame.KEYDOWN, key=key, unicode="", mod=held)], 0.0, 1 / 60)
    assert app.top.title == "Title"
    assert app.display.is_full_screen
    assert app.context.settings.display.full_screen
    assert load_settings(tmp_path / "settings.toml")[0].display.full_screen
    press(app, "m")
    assert app.display.is_full_screen
    press(app, "f11")
    assert not app.display.is_full_screen
    assert not load_settings(tmp_path / "settings.toml")[0].display.full_screen


def test_larger_text_that_is_chosen_is_drawn_at_once(app: App) -> None:
    before = app._make_canvas().text_height()
    display = replace(app.context.settings.display, text_size=1.5)
    app.context.change_settings(replace(app.context.settings, display=display))
    assert app._make_canvas().text_height() > before


@pytest.mark.parametrize("is_still", [False, True])
def test_screens_change_with_a_curtain_only_where_motion_is_wanted(app: App, is_still: bool) -> None:
    display = replace(app.context.settings.display, reduced_motion=is_still)
    app.context.change_settings(replace(app.context.settings, display=display))
    app.frame([], 0.0, 1 / 60)
    press(app, "down", "down", "return")
    assert app.top.title == "Models"
    assert app.overlays.is_in_transition is not is_still


def test_a_scene_that_breaks_leaves_its_traceback_in_the_log(tmp_path: Path) -> None:
    class Broken(Scene):
        def update(self, now: float, dt: float) -> None:
            raise RuntimeError("this scene broke")

    with pytest.raises(RuntimeError):
        run_app(DataPaths(tmp_path), Settings(), Broken)
    assert "this scene broke" in (tmp_path / "logs" / "arcade.log").read_text()
    assert DataLock(DataPaths(tmp_path)).acquire()


def test_a_storm_of_resizes_and_events_is_one_frame(app: App) -> None:
    events = [pygame.event.Event(pygame.VIDEORESIZE, size=(w, 300), w=w, h=300) for w in range(1, 3_000)]
    events += [
        pygame.event.Event(pygame.MOUSEMOTION, pos=(x % 800, 5), rel=(0, 0), buttons=(0, 0, 0))
        for x in range(3_000)
    ]
    app.frame(events, 0.0, 1 / 60)
    assert app.top.title == "Title"


def test_mouse_chooses_the_entry_under_it(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.click("Models")
    assert pilot.title == "Models"


def test_a_second_window_looks_on_and_says_so(app: App, tmp_path: Path) -> None:
    contexts: list[Context] = []

    def first(context: Context) -> Scene:
        contexts.append(context)
        return TitleScene(context)

    second = open_hidden(tmp_path, (800, 480), first)
    try:
        assert contexts[0].another_program_writes
        assert "viewing and demo only" in second.overlays.messages[0]
        press(second, "return", "return")
        assert not contexts[0].trainer.is_busy
    finally:
        second.display = app.display  # the one video device is the first window's
        contexts[0].player.close()
        contexts[0].trainer.close()


def test_a_demo_asks_what_becomes_of_a_running_training(app: App) -> None:
    app.context.trainer.start(TrainTask())
    press(app, "down", "return")
    assert app.top.title == "Question"
    press(app, "escape")
    app.context.trainer.stop()


def test_pictures_of_screens_that_were_left_are_let_go(app: App) -> None:
    for second, key in enumerate(["down", "return", "f1", "escape", "escape"]):
        press(app, key)
        app.frame([], float(second), 1 / 60)
    many = len(app._cache)
    app.frame([], 100.0, 1 / 60)
    app.frame([], 101.0, 1 / 60)
    assert 0 < len(app._cache) < many


def test_the_heap_is_tidied_now_and_then(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[float] = []
    now = 0.0
    monkeypatch.setattr("tetris_arcade.app.trim_heap", lambda: times.append(now))
    for second in range(1, 61):
        now = 1_000.0 + second
        app.frame([], now, 1.0)
    assert 3 <= len(times) <= 12
