"""The kiosk's controller: visitors come and go, the operator has a PIN, the window stays."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest

from tetris_arcade.app import App
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.config.settings import PUBLISHED_PIN, DisplaySettings, KioskSettings, Settings
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.kiosk import training_keeper as training_keeper_module
from tetris_arcade.kiosk.controller import KioskController, KioskEnvironment, KioskRules
from tetris_arcade.kiosk.heartbeat import HeartbeatWriter
from tetris_arcade.kiosk.training_keeper import TrainingKeeper
from tetris_arcade.remote.messages import StartDemo
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Push
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.models.scene import ModelsScene
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.play.demo import DemoScene
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.storage.saved_run import SavedRun
from tetris_arcade.storage.settings_file import load_settings, save_settings
from tetris_arcade.ui.input import InputMapper
from tetris_arcade.worker.shared.messages import Pause, SetSpeed, SetVisuals, Stop, TrainTask

IDLE, SIZE, PIN = 20.0, (640, 360), "7351"
"""Seconds until the attract loop resumes, the window's size in pixels, and the operator's PIN."""
OpenKiosk = Callable[..., App]


@pytest.fixture
def open_kiosk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenKiosk]:
    for name in ("SDL_VIDEODRIVER", "SDL_AUDIODRIVER"):
        monkeypatch.setenv(name, "dummy")
    opened: list[App] = []

    def read_settings(rules: KioskRules) -> tuple[Settings, KioskRules, str | None]:
        settings, problem = load_settings(tmp_path / "settings.toml")
        return settings, replace(rules, settings=settings.kiosk), problem

    def open_one(
        allow_exit: bool = False,
        hour: int = 12,
        has_visitor: bool = True,
        show_pin: bool = False,
        **settings: object,
    ) -> App:
        """Open a kiosk, and press a key to end the attract loop if there is a visitor."""
        kiosk = replace(KioskSettings(idle_seconds=IDLE, pin=PIN), **settings)  # type: ignore[arg-type]

        def make_controller(app: App) -> KioskController:
            rules = KioskRules(kiosk, None, allow_exit, show_pin)
            environment = KioskEnvironment(
                HeartbeatWriter(tmp_path / "beat"), app.end, lambda: read_settings(rules), lambda: hour
            )
            return KioskController(app.context, rules, environment)

        all_settings = Settings(display=DisplaySettings(window_size=SIZE), kiosk=kiosk)
        app = App(DataPaths(tmp_path, shipped_slots()), all_settings, TitleScene, make_kiosk=make_controller)
        opened.append(app)
        app.frame([], 0.0, 0.1)
        if has_visitor:
            app.frame(_with_releases((_key("x"),)), 0.0, 0.1)
        return app

    yield open_one
    for app in opened:
        app.close()


def _key(name: str) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN, key=pygame.key.key_code(name), unicode="", mod=0)


def _with_releases(events: tuple[pygame.event.Event, ...]) -> list[pygame.event.Event]:
    """The events, with the release of each key right after its press unless they have releases."""
    if any(event.type == pygame.KEYUP for event in events):
        return list(events)
    pairs = ([event, *_release(event)] for event in events)
    return [event for pair in pairs for event in pair]


def _release(event: pygame.event.Event) -> list[pygame.event.Event]:
    is_key = event.type == pygame.KEYDOWN
    return [pygame.event.Event(pygame.KEYUP, event.dict)] if is_key else []


def _frames(app: App, start: float, seconds: float, *events: pygame.event.Event) -> float:
    """Send events in one frame and let frames pass; returns the time."""
    now = start
    app.frame(_with_releases(events), now, 0.1)
    while now < start + seconds:
        now += 0.1
        app.frame([], now, 0.1)
    return now


def test_attract_loop_resumes_after_a_countdown(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    app.apply(Push(ModelsScene(app.context)))
    now = _frames(app, 0.0, IDLE - 15, _key("down"))
    before = pygame.surfarray.array3d(app.display.surface)
    now = _frames(app, now, 8.0)
    box = np.s_[:, app.display.surface.get_height() - 20 :]
    assert bool((pygame.surfarray.array3d(app.display.surface)[box] != before[box]).any())
    assert isinstance(app.top, ModelsScene)
    _frames(app, now, 10.0)
    assert isinstance(app.top, AttractScene)


def test_demo_that_an_operator_opens_elsewhere_has_a_visitors_time(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(has_visitor=False)
    now = _frames(app, 0.0, IDLE + 5)
    host = app._make_host()
    host.obey(StartDemo("champion"))
    assert isinstance(app.top, DemoScene)
    now = _frames(app, now, IDLE - 5)
    assert isinstance(app.top, DemoScene)
    now = _frames(app, now, 10.0)
    assert isinstance(app.top, AttractScene)
    host.obey(StartDemo("champion"))
    host.obey(Stop())
    assert isinstance(app.top, AttractScene)


def test_input_prevents_the_return_to_attract(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    app.apply(Push(ModelsScene(app.context)))
    now = 0.0
    for _ in range(4):
        now = _frames(app, now, IDLE - 5, _key("down"))
    assert isinstance(app.top, ModelsScene)


def test_title_follows_the_attract_loop(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(has_visitor=False)
    assert isinstance(app.top, AttractScene)
    _frames(app, 0.0, 0.5, _key("x"))
    assert isinstance(app.top, TitleScene)
    assert {entry.key for entry in app.top.menu.entries} == {"demo", "models", "duel", "replays", "settings"}


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
    _frames(app, 0.0, 0.3, *EXITS[exit_name])
    assert app.has_ended is allow_exit
    if not allow_exit:
        assert isinstance(app.top, TitleScene)


def test_alt_f4_and_full_screen_are_locked(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    _frames(app, 0.0, 0.3, *ALT_F4, _key("f11"))
    assert not app.has_ended
    assert not app.display.is_full_screen
    assert isinstance(app.top, TitleScene)


def test_models_and_settings_are_read_only(open_kiosk: OpenKiosk, tmp_path: Path) -> None:
    app = open_kiosk()
    app.apply(Push(ModelsScene(app.context)))
    _frames(app, 0.0, 0.3, _key("s"))
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
    _frames(app, 0.0, 0.3)
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


def _hold(monkeypatch: pytest.MonkeyPatch, *keys: int) -> None:
    monkeypatch.setattr(InputMapper, "held_keys", frozenset(map(pygame.key.name, keys)))


def test_operator_keys_and_pin_open_a_menu_that_exits(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_kiosk()
    _hold(monkeypatch, pygame.K_LCTRL, pygame.K_LSHIFT, pygame.K_o)
    now = _frames(app, 0.0, 1.0)
    assert isinstance(app.top, TitleScene)
    now = _frames(app, now, 1.5)
    assert isinstance(app.top, NameEntryScene)
    _hold(monkeypatch)
    digits = [pygame.event.Event(pygame.KEYDOWN, key=ord(d), unicode=d, mod=0) for d in PIN]
    now = _frames(app, now, 0.3, *digits, _key("return"))
    assert isinstance(app.top, ChoiceDialog)
    _frames(app, now, 0.3, _key("up"), _key("up"), _key("return"))
    assert app.has_ended


def _pad(kind: int, *buttons: int) -> list[pygame.event.Event]:
    return [pygame.event.Event(kind, instance_id=3, button=button) for button in buttons]


def test_gamepad_alone_opens_the_operator_menu(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(pin="0123")
    held, right, up, a_button = (4, 6, 9, 10), 14, 11, 0
    now = _frames(app, 0.0, 2.5, *_pad(pygame.CONTROLLERBUTTONDOWN, *held[:-1]))
    assert not isinstance(app.top, NameEntryScene)
    now = _frames(app, now, 2.5, *_pad(pygame.CONTROLLERBUTTONDOWN, held[-1]))
    assert isinstance(app.top, NameEntryScene)
    now = _frames(app, now, 0.1, *_pad(pygame.CONTROLLERBUTTONUP, *held))
    pressed = (up, right, up, right, up, right, up, a_button)
    _frames(app, now, 0.3, *_pad(pygame.CONTROLLERBUTTONDOWN, *pressed))
    assert isinstance(app.top, ChoiceDialog)


def test_held_cabinet_buttons_ask_for_the_pin(open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_kiosk()
    _hold(monkeypatch, pygame.K_1, pygame.K_5)
    now = _frames(app, 0.0, 4.0)
    assert isinstance(app.top, TitleScene)
    _frames(app, now, 1.5)
    assert isinstance(app.top, NameEntryScene)


@pytest.mark.parametrize(("position", "asks"), [((10, 10), True), ((320, 180), False)])
def test_held_corner_asks_for_the_pin(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch, position: tuple[int, int], asks: bool
) -> None:
    app = open_kiosk()
    monkeypatch.setattr(pygame.mouse, "get_pressed", lambda: (True, False, False))
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: position)
    _frames(app, 0.0, 5.5)
    assert isinstance(app.top, NameEntryScene) is asks


OPERATOR_KEYS = (pygame.K_LCTRL, pygame.K_LSHIFT, pygame.K_o)


def _type_pin(app: App, monkeypatch: pytest.MonkeyPatch, now: float, pin: str = PIN) -> float:
    """Hold the operator's keys, then enter a PIN; returns the time."""
    _hold(monkeypatch, *OPERATOR_KEYS)
    now = _frames(app, now, 2.5)
    _hold(monkeypatch)
    digits = [pygame.event.Event(pygame.KEYDOWN, key=ord(d), unicode=d, mod=0) for d in pin]
    return _frames(app, now, 0.3, *digits, _key("return"))


def test_wrong_pin_opens_nothing(open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_kiosk()
    _type_pin(app, monkeypatch, 0.0, "1111")
    assert isinstance(app.top, TitleScene)
    assert not app.has_ended


def test_three_wrong_pins_lock_the_menu_for_a_minute(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_kiosk(idle_seconds=600.0)
    now = 0.0
    for _ in range(3):
        now = _type_pin(app, monkeypatch, now, "1111")
    _hold(monkeypatch, *OPERATOR_KEYS)
    now = _frames(app, now, 2.5)
    assert isinstance(app.top, TitleScene)
    _hold(monkeypatch)
    app.frame([], now, 0.1)
    _hold(monkeypatch, *OPERATOR_KEYS)
    _frames(app, now + 70.0, 2.5)
    assert isinstance(app.top, NameEntryScene)


def test_operator_reloads_settings(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = open_kiosk()
    now = _type_pin(app, monkeypatch, 0.0)
    changed = Settings(kiosk=KioskSettings(idle_seconds=300.0))
    save_settings(tmp_path / "settings.toml", replace(changed, display=DisplaySettings(palette="mono")))
    now = _frames(app, now, 0.3, _key("down"), _key("return"))
    assert app.context.settings.display.palette == "mono"
    _frames(app, now, IDLE + 5)
    assert isinstance(app.top, TitleScene)


def test_settings_with_an_error_keep_the_pin(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = open_kiosk()
    now = _type_pin(app, monkeypatch, 0.0)
    (tmp_path / "settings.toml").write_text("[kiosk]\npin = 9999\n")
    now = _frames(app, now, 0.3, _key("down"), _key("return"))
    assert any("kiosk.pin must be 4 to 8 digits in quotes" in toast for toast in app.overlays.messages)
    for wrong in ("9999", PUBLISHED_PIN):
        now = _type_pin(app, monkeypatch, now, wrong)
        assert not isinstance(app.top, ChoiceDialog)
    _type_pin(app, monkeypatch, now)
    assert isinstance(app.top, ChoiceDialog)


def test_new_pin_is_hidden_when_nobody_answers(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(has_visitor=False, show_pin=True, pin="864209")
    assert isinstance(app.top, ChoiceDialog)
    _frames(app, 0.0, IDLE + 1)
    assert isinstance(app.top, AttractScene)


def test_new_pin_is_shown_until_confirmed(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(has_visitor=False, show_pin=True, pin="864209")
    assert isinstance(app.top, ChoiceDialog)
    _frames(app, 0.0, 0.3, _key("return"))
    assert isinstance(app.top, TitleScene)


def test_operator_mute_is_saved_without_command_line_options(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = open_kiosk()
    now = _type_pin(app, monkeypatch, 0.0)
    _frames(app, now, 0.3, _key("return"))
    assert app.context.settings.sound.muted
    saved, _ = load_settings(tmp_path / "settings.toml")
    assert saved.sound.muted
    assert saved.kiosk == KioskSettings()


def test_open_operator_menu_times_out(open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_kiosk()
    now = _type_pin(app, monkeypatch, 0.0)
    assert isinstance(app.top, ChoiceDialog)
    _frames(app, now, IDLE + 1)
    assert isinstance(app.top, AttractScene)


@pytest.mark.parametrize("key", ["f1", "m", "f11", "f12", "escape", "q"])
def test_every_key_ends_the_attract_loop(open_kiosk: OpenKiosk, key: str) -> None:
    app = open_kiosk(has_visitor=False)
    assert isinstance(app.top, AttractScene)
    _frames(app, 0.0, 0.3, _key(key))
    assert isinstance(app.top, TitleScene)
    assert not app.context.settings.sound.muted


def test_touch_ends_the_attract_loop(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(has_visitor=False)
    _frames(app, 0.0, 0.3, pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(5, 5)))
    assert isinstance(app.top, TitleScene)


def test_visitors_cannot_change_settings(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    before = app.context.settings
    app.apply(Push(SettingsScene(app.context)))
    now = 0.0
    for _ in range(25):
        now = _frames(app, now, 0.1, _key("right"), _key("return"), _key("down"))
        assert isinstance(app.top, SettingsScene)
    assert app.context.settings == before
    assert "pin" not in {entry.key for entry in app.top.menu.entries}


def test_repeated_faults_end_the_process(open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_kiosk()
    monkeypatch.setattr(AttractScene, "draw", lambda *_: 1 / 0)
    _frames(app, 0.0, IDLE - 1)
    times = [IDLE + 1 + frame / 60 for frame in range(10)]
    with pytest.raises(ZeroDivisionError):
        deque((app._guarded_frame(now, 0.02) for now in times), maxlen=0)


def test_visitor_changes_to_training_are_undone(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    trainer = app.context.trainer
    keeper = TrainingKeeper(app.context, TrainTask())
    for command in (Pause(), SetSpeed(0.5), SetVisuals(False)):
        trainer.send(command)
    keeper.undo_visitor_changes()
    assert (trainer.is_paused, trainer.speed, trainer.visuals) == (False, None, True)


@pytest.mark.parametrize(
    ("saved", "expected"),
    [
        (SavedRun(), TrainTask(resume=False)),
        (SavedRun(config=TrainConfig(seed=4)), TrainTask(TrainConfig(seed=4), resume=True, is_restart=True)),
        (SavedRun(problem="latest cannot be read"), TrainTask(resume=True, is_restart=True)),
    ],
)
def test_saved_run_is_never_replaced_by_the_kiosk_itself(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch, saved: SavedRun, expected: TrainTask
) -> None:
    app = open_kiosk()
    monkeypatch.setattr(training_keeper_module, "load_saved_run", lambda _paths: saved)
    keeper = TrainingKeeper(app.context, TrainTask())
    assert [keeper._next_task(TrainTask()) for _ in range(5)] == [expected] * 5


def test_no_training_if_another_program_writes(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    app.context.another_program_writes = True
    TrainingKeeper(app.context, TrainTask()).update(1.0)
    assert not app.context.trainer.is_busy


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
    for number in range(round(5 * IDLE) * 4):
        app.frame([_drift(number)[device]], number / 4, 0.1)
        if isinstance(app.top, AttractScene):
            break
    assert isinstance(app.top, AttractScene)
    for more in range(number, number + round(5 * IDLE) * 4):
        app.frame([_drift(more)[device]], more / 4, 0.1)
    assert isinstance(app.top, AttractScene)
