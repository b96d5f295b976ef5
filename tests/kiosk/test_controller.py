"""The kiosk's window: visitors come and go, the screen stays."""

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
from tetris_arcade.config.settings import DisplaySettings, KioskSettings, Settings
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.kiosk import training_keeper as schooling_module
from tetris_arcade.kiosk.controller import KioskController, KioskEnvironment, KioskRules
from tetris_arcade.kiosk.heartbeat import HeartbeatWriter
from tetris_arcade.kiosk.training_keeper import TrainingKeeper
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.base import Push
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.models.scene import ModelsScene
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.settings.scene import SettingsScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.storage.settings_file import load_settings, save_settings
from tetris_arcade.worker.shared.messages import Pause, SetSpeed, SetVisuals, TrainTask

IDLE = 20.0
OpenKiosk = Callable[..., App]


@pytest.fixture
def open_kiosk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenKiosk]:
    for name in ("SDL_VIDEODRIVER", "SDL_AUDIODRIVER"):
        monkeypatch.setenv(name, "dummy")
    opened: list[App] = []

    def reread(app: App, rules: KioskRules) -> tuple[Settings, KioskRules, str | None]:
        settings, problem = load_settings(tmp_path / "settings.toml")
        return settings, replace(rules, settings=settings.kiosk), problem

    def open_it(allow_exit: bool = False, hour: int = 12, **settings: object) -> App:
        kiosk = replace(KioskSettings(idle_seconds=IDLE), **settings)  # type: ignore[arg-type]

        def attend(app: App) -> KioskController:
            rules = KioskRules(kiosk, None, allow_exit)
            house = KioskEnvironment(
                HeartbeatWriter(tmp_path / "beat"), app.end, lambda: reread(app, rules), lambda: hour
            )
            return KioskController(app.context, rules, house)

        opened.append(
            App(DataPaths(tmp_path, shipped_slots()), Settings(kiosk=kiosk), TitleScene, make_kiosk=attend)
        )
        # The loop comes first; then there is a visitor.
        opened[-1].frame([], 0.0, 0.1)
        opened[-1].frame([_key("x")], 0.0, 0.1)
        return opened[-1]

    yield open_it
    for app in opened:
        app.close()


def _key(name: str) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN, key=pygame.key.key_code(name), unicode="", mod=0)


def _frames(app: App, start: float, seconds: float, *events: pygame.event.Event) -> float:
    now = start
    app.frame(list(events), now, 0.1)
    while now < start + seconds:
        now += 0.1
        app.frame([], now, 0.1)
    return now


def test_a_visitor_who_leaves_is_counted_out_and_the_loop_goes_on(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    app.apply(Push(ModelsScene(app.context)))
    now = _frames(app, 0.0, IDLE - 15, _key("down"))
    before = pygame.surfarray.array3d(app.display.surface)
    now = _frames(app, now, 8.0)
    middle = [side // 2 for side in app.display.surface.get_size()]
    plate = np.s_[middle[0] - 100 : middle[0] + 100, middle[1] - 20 : middle[1] + 20]
    assert bool((pygame.surfarray.array3d(app.display.surface)[plate] != before[plate]).any())
    assert isinstance(app.top, ModelsScene)
    _frames(app, now, 10.0)
    assert isinstance(app.top, AttractScene)


def test_a_visitor_who_stays_is_left_alone(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    app.apply(Push(ModelsScene(app.context)))
    now = 0.0
    for _ in range(4):
        now = _frames(app, now, IDLE - 5, _key("down"))
    assert isinstance(app.top, ModelsScene)


def test_any_key_ends_the_loop_and_begins_the_visitors_turn(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    now = _frames(app, 0.0, IDLE + 1)
    assert isinstance(app.top, AttractScene)
    _frames(app, now, 0.5, _key("x"))
    assert isinstance(app.top, TitleScene)
    assert {entry.key for entry in app.top._menu.entries} == {"demo", "models", "duel", "replays", "settings"}


LEAVING = {
    "escape": [pygame.event.Event(pygame.KEYDOWN, key=pygame.K_ESCAPE, unicode="", mod=0)],
    "the cross, or Alt+F4": [pygame.event.Event(pygame.QUIT)],
}
ALT_F4 = [
    pygame.event.Event(pygame.KEYDOWN, key=pygame.K_LALT, unicode="", mod=0),
    pygame.event.Event(pygame.KEYDOWN, key=pygame.K_F4, unicode="", mod=pygame.KMOD_LALT),
    pygame.event.Event(pygame.KEYUP, key=pygame.K_F4, unicode="", mod=pygame.KMOD_LALT),
    pygame.event.Event(pygame.KEYUP, key=pygame.K_LALT, unicode="", mod=0),
]


@pytest.mark.parametrize("allow_exit", [False, True])
@pytest.mark.parametrize("way", LEAVING)
def test_each_way_out_is_open_only_where_that_is_allowed(
    open_kiosk: OpenKiosk, way: str, allow_exit: bool
) -> None:
    app = open_kiosk(allow_exit=allow_exit)
    _frames(app, 0.0, 0.3, *LEAVING[way])
    assert app.has_ended is allow_exit
    if not allow_exit:
        assert isinstance(app.top, TitleScene)


def test_in_a_locked_kiosk_the_keys_of_alt_f4_and_full_screen_change_nothing(open_kiosk: OpenKiosk) -> None:
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


def test_a_screen_that_fails_is_left_for_the_loop(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = open_kiosk()
    app.apply(Push(ModelsScene(app.context)))
    monkeypatch.setattr(app.top, "update", lambda *_: 1 / 0)
    app._guarded_frame(0.0, 0.1)
    assert isinstance(app.top, AttractScene)
    assert "ZeroDivisionError" in caplog.text


def test_the_heart_beats_with_the_frames(open_kiosk: OpenKiosk, tmp_path: Path) -> None:
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
def test_the_screen_dims_in_its_hours(
    open_kiosk: OpenKiosk, hours: tuple[int, int] | None, hour: int, is_dim: bool
) -> None:
    app = open_kiosk(dim_hours=hours, hour=hour)
    _frames(app, 0.0, 0.3)
    brightest = int(pygame.surfarray.array3d(app.display.surface).max())
    assert (brightest < 120) is is_dim


def test_the_picture_moves_a_little_so_that_nothing_burns_in(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    app.frame([], 0.0, 0.1)
    first = pygame.surfarray.array3d(app.display.surface)
    app.frame([], 50.0, 0.1)
    app.draw()
    moved = pygame.surfarray.array3d(app.display.surface)
    unit = app.display.surface.get_width() // 640
    assert bool((first != moved).any())
    foot = np.s_[unit:200, -20:]
    assert bool((moved[foot] == first[: 200 - unit, -20:]).all())


def _hold(monkeypatch: pytest.MonkeyPatch, *keys: int) -> None:
    pressed = dict.fromkeys(keys, True)
    state = type("Keys", (), {"__getitem__": lambda _self, key: pressed.get(key, False)})()
    monkeypatch.setattr(pygame.key, "get_pressed", lambda: state)


def test_the_operators_keys_and_pin_open_a_menu_that_can_leave(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_kiosk(pin="2468")
    _hold(monkeypatch, pygame.K_LCTRL, pygame.K_LSHIFT, pygame.K_o)
    now = _frames(app, 0.0, 1.0)
    assert isinstance(app.top, TitleScene)
    now = _frames(app, now, 1.5)
    assert isinstance(app.top, NameEntryScene)
    _hold(monkeypatch)
    digits = [pygame.event.Event(pygame.KEYDOWN, key=ord(d), unicode=d, mod=0) for d in "2468"]
    now = _frames(app, now, 0.3, *digits, _key("return"))
    assert isinstance(app.top, ChoiceDialog)
    _frames(app, now, 0.3, _key("up"), _key("up"), _key("return"))
    assert app.has_ended


def _pad(kind: int, *buttons: int) -> list[pygame.event.Event]:
    return [pygame.event.Event(kind, instance_id=3, button=button) for button in buttons]


def test_a_pad_alone_opens_the_operators_menu(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(pin="0123")
    chord, right, up, a_button = (4, 6, 9, 10), 14, 11, 0
    now = _frames(app, 0.0, 2.5, *_pad(pygame.CONTROLLERBUTTONDOWN, *chord[:-1]))
    assert not isinstance(app.top, NameEntryScene)
    now = _frames(app, now, 2.5, *_pad(pygame.CONTROLLERBUTTONDOWN, chord[-1]))
    assert isinstance(app.top, NameEntryScene)
    now = _frames(app, now, 0.1, *_pad(pygame.CONTROLLERBUTTONUP, *chord))
    turned = (up, right, up, right, up, right, up, a_button)
    _frames(app, now, 0.3, *_pad(pygame.CONTROLLERBUTTONDOWN, *turned))
    assert isinstance(app.top, ChoiceDialog)


def test_a_cabinets_coin_and_start_open_the_question_when_they_are_held_long(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_kiosk()
    _hold(monkeypatch, pygame.K_1, pygame.K_5)
    now = _frames(app, 0.0, 4.0)
    assert isinstance(app.top, TitleScene)
    _frames(app, now, 1.5)
    assert isinstance(app.top, NameEntryScene)


@pytest.mark.parametrize(("place", "opens"), [((10, 10), True), ((640, 360), False)])
def test_a_finger_that_rests_in_the_corner_opens_the_question(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch, place: tuple[int, int], opens: bool
) -> None:
    app = open_kiosk()
    monkeypatch.setattr(pygame.mouse, "get_pressed", lambda: (True, False, False))
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: place)
    _frames(app, 0.0, 5.5)
    assert isinstance(app.top, NameEntryScene) is opens


OPERATOR = (pygame.K_LCTRL, pygame.K_LSHIFT, pygame.K_o)


def _type_pin(app: App, monkeypatch: pytest.MonkeyPatch, now: float, pin: str = "2468") -> float:
    """Hold the operator's keys, then type a PIN and Enter."""
    _hold(monkeypatch, *OPERATOR)
    now = _frames(app, now, 2.5)
    _hold(monkeypatch)
    digits = [pygame.event.Event(pygame.KEYDOWN, key=ord(d), unicode=d, mod=0) for d in pin]
    return _frames(app, now, 0.3, *digits, _key("return"))


def test_a_wrong_pin_opens_nothing(open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_kiosk()
    _type_pin(app, monkeypatch, 0.0, "1111")
    assert isinstance(app.top, TitleScene)
    assert not app.has_ended


def test_after_three_wrong_pins_the_door_is_shut_for_a_minute(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_kiosk(idle_seconds=600.0)
    now = 0.0
    for _ in range(3):
        now = _type_pin(app, monkeypatch, now, "1111")
    _hold(monkeypatch, *OPERATOR)
    now = _frames(app, now, 2.5)
    assert isinstance(app.top, TitleScene)
    _hold(monkeypatch)
    app.frame([], now, 0.1)
    _hold(monkeypatch, *OPERATOR)
    _frames(app, now + 70.0, 2.5)
    assert isinstance(app.top, NameEntryScene)


def test_the_operator_has_the_settings_read_again(
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


def test_the_operators_silence_is_kept_without_what_the_command_line_said(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = open_kiosk()
    now = _type_pin(app, monkeypatch, 0.0)
    _frames(app, now, 0.3, _key("return"))
    assert app.context.settings.sound.muted
    kept, _ = load_settings(tmp_path / "settings.toml")
    assert kept.sound.muted
    assert kept.kiosk == KioskSettings()


def test_a_menu_that_the_operator_leaves_open_is_closed(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_kiosk()
    now = _type_pin(app, monkeypatch, 0.0)
    assert isinstance(app.top, ChoiceDialog)
    _frames(app, now, IDLE + 1)
    assert isinstance(app.top, AttractScene)


@pytest.mark.parametrize("key", ["f1", "m", "f11", "f12", "escape", "q"])
def test_in_the_loop_every_key_is_any_key(open_kiosk: OpenKiosk, key: str) -> None:
    app = open_kiosk()
    now = _frames(app, 0.0, IDLE + 1)
    _frames(app, now, 0.3, _key(key))
    assert isinstance(app.top, TitleScene)
    assert not app.context.settings.sound.muted


def test_a_finger_begins_the_visitors_turn(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    now = _frames(app, 0.0, IDLE + 1)
    _frames(app, now, 0.3, pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(5, 5)))
    assert isinstance(app.top, TitleScene)


def test_visitors_see_the_settings_and_change_nothing(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    before = app.context.settings
    app.apply(Push(SettingsScene(app.context)))
    now = 0.0
    for _ in range(25):
        now = _frames(app, now, 0.1, _key("right"), _key("return"), _key("down"))
        assert isinstance(app.top, SettingsScene)
    assert app.context.settings == before
    assert "pin" not in {entry.key for entry in app.top._menu.entries}


def test_a_loop_that_fails_again_and_again_is_left_to_the_supervisor(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_kiosk()
    monkeypatch.setattr(AttractScene, "draw", lambda *_: 1 / 0)
    _frames(app, 0.0, IDLE - 1)
    times = [IDLE + 1 + frame / 60 for frame in range(10)]
    with pytest.raises(ZeroDivisionError):
        deque((app._guarded_frame(now, 0.02) for now in times), maxlen=0)


def test_what_a_visitor_did_to_the_training_is_undone(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    trainer = app.context.trainer
    schooling = TrainingKeeper(app.context, TrainTask())
    for level in (Pause(), SetSpeed(0.5), SetVisuals(False)):
        trainer.send(level)
    schooling.undo_visitor_changes()
    assert (trainer.is_paused, trainer.speed, trainer.visuals) == (False, None, True)


def test_the_saved_run_goes_on_and_one_that_cannot_gives_way(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_kiosk()
    saved = TrainConfig(seed=42)
    monkeypatch.setattr(schooling_module, "find_saved", lambda _context: (None, saved, None))
    schooling = TrainingKeeper(app.context, TrainTask())
    assert schooling._next_task(TrainTask()) == TrainTask(config=saved, resume=True)
    schooling._failures = 3
    assert schooling._next_task(TrainTask()) == TrainTask(resume=False)
    assert schooling._next_task(TrainTask()).resume


def test_where_another_program_writes_nothing_is_trained(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk()
    app.context.another_program_writes = True
    TrainingKeeper(app.context, TrainTask()).update(1.0)
    assert not app.context.trainer.is_busy
