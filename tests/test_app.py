"""The window without a display: scenes come and go, settings are saved, nothing is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest

from tests.fakes import FakeWorkerClient, as_fake
from tests.hidden_app import key_events, open_hidden
from tetris_arcade.app import App, run_app
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.settings import Settings
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.scenes.base import Push, Scene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.storage.settings_file import load_settings
from tetris_arcade.worker.shared.messages import Pause, Resume, TrainTask
from tetris_arcade.worker.shared.telemetry import empty_frame


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setattr("tetris_arcade.app.WorkerClient", FakeWorkerClient)
    app = open_hidden(tmp_path, (800, 480), TitleScene)
    yield app
    app.close()


def press(app: App, *keys: str) -> None:
    """Press keys by pygame's names, with a frame after each."""
    for key in keys:
        app.frame(key_events(key), 0.0, 1 / 60)


def picture(app: App) -> np.ndarray:
    return pygame.surfarray.array3d(app.display.surface)


def change_display(app: App, **values: object) -> None:
    settings = app.context.settings
    app.context.change_settings(replace(settings, display=replace(settings.display, **values)))  # type: ignore[arg-type]


def test_drawing_twice_gives_the_same_picture(app: App) -> None:
    press(app, "down")
    first = picture(app).copy()
    app.draw()
    assert np.array_equal(first, picture(app))


def test_changed_setting_is_saved_at_once(app: App, tmp_path: Path) -> None:
    change_display(app, palette="mono")
    assert load_settings(tmp_path / "settings.toml")[0].display.palette == "mono"


def test_refused_vsync_is_said_and_the_window_stays(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    set_mode = pygame.display.set_mode

    def refusing(size: tuple[int, int], flags: int = 0, vsync: int = 0) -> pygame.Surface:
        if vsync:
            raise pygame.error("could not enable vsync")
        return set_mode(size, flags)

    monkeypatch.setattr(pygame.display, "set_mode", refusing)
    change_display(app, presenting="vsync", window_size=(1280, 720))
    press(app, "down")
    app.display.present()
    assert app.overlays.messages == ["This screen has no vsync: pictures are shown without"]
    change_display(app, window_size=(800, 480))
    assert len(app.overlays.messages) == 1


def test_lost_window_does_not_keep_a_training_from_being_saved(app: App) -> None:
    app.context.trainer.start(TrainTask(TrainConfig()))
    pygame.display.quit()
    app.close()
    assert not app.context.trainer.is_busy


def test_still_picture_is_drawn_twice_a_second(app: App) -> None:
    """A paused training at rest costs next to nothing; whatever changes it is drawn in the same frame."""
    trainer = as_fake(app.context.trainer)
    trainer.start(TrainTask(TrainConfig()))
    trainer.frame = empty_frame()[0].copy()
    trainer.frame["num_boards"] = 1
    app.frame([], 0.0, 1 / 60)
    app.apply(Push(TrainScene(app.context)))
    trainer.send(Pause())

    def drawn_frames(start: float, number: int) -> int:
        drawn = 0
        for k in range(number):
            app.frame([], start + k / 60, 1 / 60)
            drawn += app.has_drawn
        return drawn

    assert drawn_frames(1.0, 60) > 10, "the new screen comes in"
    assert drawn_frames(10.0, 120) == 4
    app.frame(key_events("g"), 12.0, 1 / 60)
    assert app.has_drawn
    assert drawn_frames(12.02, 5) == 1, "what is drawn may depend on the frame before"
    trainer.frame = trainer.frame.copy()
    app.frame([], 12.2, 1 / 60)
    assert app.has_drawn
    app.context.notify("news", "info")
    assert drawn_frames(12.3, 10) == 10
    trainer.send(Resume())
    assert drawn_frames(30.0, 60) == 60


def test_larger_text_is_drawn_at_once(app: App) -> None:
    before = app._make_canvas().text_height()
    change_display(app, text_size=1.5)
    assert app._make_canvas().text_height() > before


@pytest.mark.parametrize("reduced_motion", [False, True])
def test_reduced_motion_has_no_transitions(app: App, reduced_motion: bool) -> None:
    change_display(app, reduced_motion=reduced_motion)
    app.frame([], 0.0, 1 / 60)
    press(app, "down", "down", "down", "return")
    assert app.top.title == "Models"
    assert app.overlays.is_in_transition is not reduced_motion


def test_broken_scene_is_logged(tmp_path: Path) -> None:
    class Broken(Scene):
        def update(self, now: float, dt: float) -> None:
            raise RuntimeError("this scene broke")

    with pytest.raises(RuntimeError):
        run_app(DataPaths(tmp_path), Settings(), Broken)
    assert "this scene broke" in (tmp_path / "logs" / "arcade.log").read_text()
    assert DataLock(DataPaths(tmp_path)).acquire()


def test_many_events_are_one_frame(app: App) -> None:
    events = [pygame.event.Event(pygame.VIDEORESIZE, size=(w, 300), w=w, h=300) for w in range(1, 3_000)]
    events += [
        pygame.event.Event(pygame.MOUSEMOTION, pos=(x % 800, 5), rel=(0, 0), buttons=(0, 0, 0))
        for x in range(3_000)
    ]
    app.frame(events, 0.0, 1 / 60)
    assert app.top.title == "Title"


def test_second_window_is_read_only(app: App, tmp_path: Path) -> None:
    second = open_hidden(tmp_path, (800, 480), TitleScene)
    try:
        assert second.context.another_program_writes
        for now in (0.0, 2.0):
            second.frame([], now, 1 / 60)
        assert "viewing and demo only" in second.overlays.messages[0]
        press(second, "return", "return")
        assert not second.context.trainer.is_busy
    finally:
        second.display = app.display  # the first window owns the only video device


def test_demo_asks_about_running_training(app: App) -> None:
    app.context.trainer.start(TrainTask())
    press(app, "down", "return")
    assert app.top.title == "Question"


def test_images_of_earlier_screens_are_dropped(app: App) -> None:
    for second, key in enumerate(["down", "return", "f1", "escape", "escape"]):
        press(app, key)
        app.frame([], float(second), 1 / 60)
    count = len(app._cache)
    app.frame([], 100.0, 1 / 60)
    app.frame([], 101.0, 1 / 60)
    assert 0 < len(app._cache) < count


def test_heap_is_trimmed_every_few_seconds(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[float] = []
    now = 0.0
    monkeypatch.setattr("tetris_arcade.app.trim_heap", lambda: times.append(now))
    for second in range(1, 61):
        now = 1_000.0 + second
        app.frame([], now, 1.0)
    assert 3 <= len(times) <= 12
