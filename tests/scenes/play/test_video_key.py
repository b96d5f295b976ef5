"""A film that is being made goes on when its screen is left, and is messages of and given up on any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pygame
import pytest

from tests.fake_screens import open_demo, open_duel, open_replays
from tests.fakes import FakeWorkerClient, as_fake
from tests.hidden_app import open_hidden
from tests.recording_canvas import watch
from tests.sample_data import save_sample_replays, show_demo, show_training, show_video_export
from tetris_arcade.app import App
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Push, Scene
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.models.scene import ModelsScene
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.play.replay import ReplayScene
from tetris_arcade.scenes.play.replay_list import ReplaysScene
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.scenes.training.scene import TrainScene
from tetris_arcade.worker.shared.messages import TrainTask

Opener = Callable[[Callable[[Context], Scene]], App]


@pytest.fixture
def open_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    monkeypatch.setattr("tetris_arcade.app.WorkerClient", FakeWorkerClient)
    opened: list[App] = []

    def open_one(first: Callable[[Context], Scene]) -> App:
        opened.append(open_hidden(tmp_path, (1280, 720), first))
        show_video_export(opened[0].context, 0.37)
        opened[0].frame([], 0.0, 0.1)
        return opened[0]

    yield open_one
    for app in opened:
        app.close()


def _press(app: App, *keys: str) -> None:
    for key in keys:
        text = key if len(key) == 1 else ""
        event = pygame.event.Event(pygame.KEYDOWN, key=pygame.key.key_code(key), unicode=text, mod=0)
        app.frame([event], 0.0, 0.1)


def _told(app: App) -> list[str]:
    return app.overlays.messages


def _replay(context: Context) -> Scene:
    save_sample_replays(context)
    show_demo(context)
    scene = ReplaysScene(context)
    scene.enter()
    return ReplayScene(context, list(scene._games.values()), 0)


def _training(context: Context) -> Scene:
    show_training(context).start(TrainTask())
    return TrainScene(context)


@pytest.mark.parametrize(
    "scene", [open_demo, open_duel, _replay, open_replays, _training, ModelsScene, TitleScene, SettingsScene]
)
def test_the_stop_key_gives_up_a_film_on_any_screen_and_does_nothing_else(
    open_app: Opener, monkeypatch: pytest.MonkeyPatch, scene: Callable[[Context], Scene]
) -> None:
    canvases = watch(monkeypatch)
    app = open_app(scene)
    before = app.top
    assert "give up the film (37%)" in canvases[-1].written
    _press(app, "x")
    assert app.top is before
    assert as_fake(app.context.trainer).stops == 0
    assert _told(app) == ["the film is given up"]
    app.frame([], 0.1, 0.1)
    assert not any("give up" in line for line in canvases[-1].written)


@pytest.mark.parametrize("scene", [open_demo, open_duel, _replay])
def test_who_leaves_a_screen_is_told_that_the_film_goes_on(
    open_app: Opener, scene: Callable[[Context], Scene]
) -> None:
    app = open_app(TitleScene)
    app.apply(Push(scene(app.context)))
    assert _told(app) == []
    _press(app, "escape")
    assert isinstance(app.top, TitleScene)
    assert app.context.videos.is_busy
    assert _told(app) == ["the film goes on, it is messages of when it is done"]
    app.context.videos._process.returncode = 0  # type: ignore[union-attr]
    app.frame([], 0.1, 0.1)
    assert _told(app)[1:] == ["filmed: videos/game.gif"]


def test_where_the_stop_key_is_a_letter_it_stays_one(open_app: Opener) -> None:
    app = open_app(lambda context: NameEntryScene(context, "A name", "", lambda _: None))
    _press(app, "x")
    assert app.top._name == "x"  # type: ignore[attr-defined]
    assert app.context.videos.hint is not None


def test_where_no_keys_are_named_the_stop_key_is_any_key(open_app: Opener) -> None:
    app = open_app(TitleScene)
    app.apply(Push(AttractScene(app.context)))
    _press(app, "x")
    assert isinstance(app.top, TitleScene)
    assert app.context.videos.hint is not None


def test_quitting_asks_what_becomes_of_a_film(open_app: Opener) -> None:
    app = open_app(TitleScene)
    _press(app, "up", "return")
    assert "A film is not done yet" in app.top._question  # type: ignore[attr-defined]
    _press(app, "return")  # wait for it
    assert isinstance(app.top, TitleScene)
    assert app.context.videos.hint is not None
    assert not app.has_ended
    _press(app, "return", "down", "return")
    assert app.has_ended


def test_closing_the_window_gives_the_film_up_with_a_word(
    open_app: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(TitleScene)
    canvases = watch(monkeypatch)
    app.close()
    assert canvases[-1].written == ["GIVING UP THE FILM..."]
