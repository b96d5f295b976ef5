"""Title, attract mode, help, settings, keys and names: by keys, by pad and by touch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pygame
import pytest

from tests.fakes import FakeWorkerClient, as_fake
from tests.hidden_app import open_hidden, play_plan
from tests.pilot import OpenPilot
from tests.sample_data import show_demo
from tetris_arcade.app import App
from tetris_arcade.config.settings import Settings
from tetris_arcade.scenes.base import Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.settings.keys import KeySettingsScene
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.storage.settings_file import load_settings
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.worker.shared.messages import PlayTask, WorkerState
from tetris_arcade.worker.viewer.client import WorkerClient

Opener = Callable[[Callable[[Context], Scene]], App]


@pytest.fixture
def open_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    monkeypatch.setattr(WorkerClient, "start", lambda *_: None)
    opened: list[App] = []

    def open_one(first: Callable[[Context], Scene]) -> App:
        opened.append(open_hidden(tmp_path, (800, 480), first))
        return opened[0]

    yield open_one
    for app in opened:
        app.close()


def saved(app: App) -> Settings:
    return load_settings(app.context.paths.settings_file)[0]


def pad(app: App, *buttons: int) -> None:
    """Press buttons of a recognised pad, as SDL numbers them."""
    for button in buttons:
        app.frame([pygame.event.Event(pygame.CONTROLLERBUTTONDOWN, instance_id=3, button=button)], 0.0, 0.1)
        app.frame([pygame.event.Event(pygame.CONTROLLERBUTTONUP, instance_id=3, button=button)], 0.0, 0.1)


def click(app: App, position: tuple[int, int]) -> None:
    app.frame([pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=position)], 0.0, 0.1)


def tap(app: App, position: tuple[int, int]) -> None:
    for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        app.frame([pygame.event.Event(kind, button=1, pos=position, touch=True)], 0.0, 0.1)


def find(app: App, action: Action) -> tuple[int, int]:
    """Where the foot line has a key."""
    return next(button.rect.center for button in app.router.buttons if button.action is action)


def cap_labels(app: App) -> set[str]:
    return {cap.label for item in app.overlays._key_hints.items(app.top.hints()) for cap in item.caps}


# --- Title and attract mode ---


def test_a_title_that_is_left_alone_attracts_and_any_key_brings_it_back(open_app: Opener) -> None:
    app = open_app(TitleScene)
    title = app.top
    play_plan(app, [70.0], 1.0, is_real_time=False)
    assert app.top.title == "Attract"
    for _ in range(60):  # all its pages
        play_plan(app, [1.0], 1.0, is_real_time=False)
    app.press(InputEvent(key="a", text="a"))
    assert app.top is title
    play_plan(app, [2.0], 1.0, is_real_time=False)
    assert app.top is title


def test_players_play_behind_the_title_and_stop_when_it_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tetris_arcade.app.WorkerClient", FakeWorkerClient)
    app = open_hidden(tmp_path, (800, 480), TitleScene)
    try:
        play_plan(app, [2.0], 0.1, is_real_time=False)
        player = as_fake(app.context.player)
        (task,) = player.started
        assert isinstance(task, PlayTask)
        assert task.players == ("champion", "bcts")
        play_plan(app, ["up", "up", "return"], is_real_time=False)
        assert app.top.title == "Settings"
        assert player.state is WorkerState.STOPPED
    finally:
        app.close()


def test_players_play_behind_the_title_again_once_those_of_another_screen_have_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tetris_arcade.app.WorkerClient", FakeWorkerClient)
    app = open_hidden(tmp_path, (800, 480), TitleScene)
    try:
        player = as_fake(app.context.player)
        play_plan(app, ["down", "return", 1.0], 0.1, is_real_time=False)
        assert app.top.title == "Demo"
        show_demo(app.context)
        monkeypatch.setattr(player, "stop", lambda: None)  # it takes its time
        play_plan(app, ["escape", 2.0], 0.1, is_real_time=False)
        assert app.top.title == "Title"
        assert len(player.started) == 1
        title = app.top
        assert isinstance(title, TitleScene)
        assert title._playbacks[0].view.is_empty
        player.state = WorkerState.STOPPED
        play_plan(app, [2.0], 0.1, is_real_time=False)
        task = player.started[-1]
        assert isinstance(task, PlayTask)
        assert task.players == ("champion", "bcts")
        play_plan(app, ["f1", "escape", 2.0], 0.1, is_real_time=False)
        assert len(player.started) == 2
    finally:
        app.close()


def test_a_screen_over_the_title_is_not_disturbed_by_its_idling(open_app: Opener) -> None:
    app = open_app(TitleScene)
    play_plan(app, [*["down"] * 5, "return", 200.0], 1.0, is_real_time=False)
    assert app.top.title == "Settings"


def test_moving_the_mouse_is_not_idling(open_app: Opener) -> None:
    app = open_app(TitleScene)
    for second in range(0, 200, 50):
        app.frame(
            [pygame.event.Event(pygame.MOUSEMOTION, pos=(5, second), rel=(1, 1), buttons=(0, 0, 0))],
            float(second),
            0.1,
        )
    assert app.top.title == "Title"


# --- The foot line and help ---


def test_footer_can_be_clicked(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.click("F1")
    assert pilot.title == "Help"
    pilot.advance(0.1)
    pilot.click("ESC")
    assert pilot.title == "Title"


@pytest.mark.parametrize("size", [(320, 240), (800, 480), (480, 800), (1080, 1920)])
@pytest.mark.parametrize("entry", ["Train", "Demo", "Models", "Duel", "Replays", "Settings"])
def test_finger_alone_reaches_every_screen(open_pilot: OpenPilot, size: tuple[int, int], entry: str) -> None:
    pilot = open_pilot(TitleScene, size)
    pilot.go_to(entry)  # small screens show a part of the menu
    pilot.tap(entry)
    assert pilot.title != "Title"
    pilot.advance(0.1)
    pilot.tap("ESC")
    assert pilot.title == "Title"


def test_help_does_what_is_clicked_there(open_pilot: OpenPilot) -> None:
    pilot = open_pilot(TitleScene)
    pilot.press("f1")
    pilot.advance(0.1)
    pilot.click("choose")
    assert pilot.title == "Train"


def test_the_foot_line_names_the_buttons_of_a_pad_once_one_is_used(open_app: Opener) -> None:
    app = open_app(SettingsScene)
    labels = cap_labels(app)
    assert "ENTER" in labels
    pad(app, 12)
    labels = cap_labels(app)
    assert "ENTER" not in labels
    assert {"A", "B"} <= labels


def test_the_foot_line_names_a_key_that_was_given_anew(open_app: Opener) -> None:
    app = open_app(KeySettingsScene)
    app.top._save({"back": ("q",)}, {})  # type: ignore[attr-defined]
    labels = cap_labels(app)
    assert "Q" in labels
    assert "ESC" not in labels


# --- Settings ---


def test_every_setting_that_is_turned_is_saved_and_read_again(open_app: Opener) -> None:
    app = open_app(SettingsScene)
    seen = set()
    menu = app.top.menu  # type: ignore[attr-defined]
    while menu.current.key not in seen:
        seen.add(menu.current.key)
        if menu.current.change is not None and menu.current.key != "full_screen":
            before = app.context.settings
            app.press(InputEvent(action=Action.RIGHT))
            assert app.context.settings != before, menu.current.key
            assert saved(app) == app.context.settings
            app.press(InputEvent(action=Action.LEFT))
        app.press(InputEvent(action=Action.DOWN))
    assert len(seen) >= 14


def test_pad_alone_changes_a_setting(open_app: Opener) -> None:
    app = open_app(SettingsScene)
    down, right = 12, 14
    pad(app, down, right)
    assert saved(app).display.palette == "classic"


# --- Keys ---


def test_a_key_is_given_to_an_action_and_works_at_once(open_app: Opener) -> None:
    app = open_app(KeySettingsScene)
    play_plan(app, [*["down"] * 15, "return", "q"], is_real_time=False)
    (action,) = saved(app).input.keys
    assert saved(app).input.keys[action] == ("q",)
    assert app.context.settings.sound.muted is False
    assert action == "mute"
    play_plan(app, ["q"], is_real_time=False)
    assert app.context.settings.sound.muted


def test_escape_leaves_a_key_as_it_is_and_all_can_be_put_back(open_app: Opener) -> None:
    app = open_app(KeySettingsScene)
    play_plan(app, ["down", "return", "escape"], is_real_time=False)
    assert app.context.settings.input.keys == {}
    play_plan(app, ["return", "w", "w", "return"], is_real_time=False)
    assert app.context.settings.input.keys == {}


def test_while_a_key_is_asked_every_key_is_the_answer(open_app: Opener) -> None:
    app = open_app(KeySettingsScene)
    play_plan(app, ["down", "return", "f11"], is_real_time=False)
    assert saved(app).input.keys == {"up": ("f11",)}
    play_plan(app, ["down", "return", 0.1], is_real_time=False)
    click(app, find(app, Action.BACK))
    assert set(saved(app).input.keys) == {"up"}
    assert not app.top.captures_all_keys


def test_a_pad_button_is_given_to_an_action(open_app: Opener) -> None:
    app = open_app(KeySettingsScene)
    y_button = 3
    play_plan(app, ["down", "return"], is_real_time=False)
    pad(app, y_button)
    assert saved(app).input.pad == {"up": ("y",)}


# --- Names ---


def ask(names: list[str]) -> Callable[[Context], Scene]:
    def take(name: str) -> Transition | None:
        names.append(name)
        return None

    def make(context: Context) -> Scene:
        title = TitleScene(context)
        return _Asks(context, title, NameEntryScene(context, "A name", "", take))

    return make


class _Asks(Scene):
    """Opens a question at once."""

    def __init__(self, context: Context, below: Scene, question: Scene) -> None:
        super().__init__(context)
        self._question: Scene | None = question

    def update(self, now: float, dt: float) -> Transition | None:
        from tetris_arcade.scenes.base import Push

        question, self._question = self._question, None
        return None if question is None else Push(question)


def test_a_name_is_typed_with_keys_that_mean_other_things_elsewhere(open_app: Opener) -> None:
    names: list[str] = []
    app = open_app(ask(names))
    play_plan(app, [0.1, *"mvp-1x", "backspace", "return"], is_real_time=False)
    assert names == ["mvp-1"]


def test_a_name_is_turned_in_with_a_pad(open_app: Opener) -> None:
    names: list[str] = []
    app = open_app(ask(names))
    app.frame([], 0.0, 0.1)
    a_button, up, down, right = 0, 11, 12, 14
    pad(app, right, right, up, up, down, right, up, a_button)
    assert names == ["cd"]


def test_a_name_is_touched(open_app: Opener) -> None:
    names: list[str] = []
    app = open_app(ask(names))
    play_plan(app, [0.1], is_real_time=False)
    wheel = app.top._wheel  # type: ignore[attr-defined]
    for index in (1, 3):
        click(app, next(rect.center for rect, sign in wheel._places if sign == index))
        app.draw()
    click(app, find(app, Action.CONFIRM))
    assert names == ["bd"]


def test_help_is_there_while_a_name_is_asked_and_a_question_mark_is_a_letter(open_app: Opener) -> None:
    names: list[str] = []
    app = open_app(ask(names))
    play_plan(app, [0.1, "h", "?", "f1", 0.1], is_real_time=False)
    assert app.top.title == "Help"
    play_plan(app, ["f1", "return"], is_real_time=False)
    assert names == ["h?"]


def test_an_empty_name_is_not_taken(open_app: Opener) -> None:
    names: list[str] = []
    app = open_app(ask(names))
    play_plan(app, [0.1, "space", "return"], is_real_time=False)
    assert names == []
    assert app.top.title == "Name"
