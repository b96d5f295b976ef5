"""The operator's way in: held keys, buttons or a corner, then the PIN."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pygame
import pytest

from tests.kiosk.driver import IDLE, PIN, OpenKiosk, frames, hold, key
from tetris_arcade.app import App
from tetris_arcade.config.settings import PUBLISHED_PIN, DisplaySettings, KioskSettings, Settings
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.title import TitleScene
from tetris_arcade.storage.settings_file import load_settings, save_settings


def test_operator_keys_and_pin_open_a_menu_that_exits(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_kiosk()
    hold(monkeypatch, pygame.K_LCTRL, pygame.K_LSHIFT, pygame.K_o)
    now = frames(app, 0.0, 1.0)
    assert isinstance(app.top, TitleScene)
    now = frames(app, now, 1.5)
    assert isinstance(app.top, NameEntryScene)
    hold(monkeypatch)
    digits = [pygame.event.Event(pygame.KEYDOWN, key=ord(d), unicode=d, mod=0) for d in PIN]
    now = frames(app, now, 0.3, *digits, key("return"))
    assert isinstance(app.top, ChoiceDialog)
    frames(app, now, 0.3, key("up"), key("up"), key("return"))
    assert app.has_ended


def _pad(kind: int, *buttons: int) -> list[pygame.event.Event]:
    return [pygame.event.Event(kind, instance_id=3, button=button) for button in buttons]


def test_gamepad_alone_opens_the_operator_menu(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(pin="0123")
    held, right, up, a_button = (4, 6, 9, 10), 14, 11, 0
    now = frames(app, 0.0, 2.5, *_pad(pygame.CONTROLLERBUTTONDOWN, *held[:-1]))
    assert not isinstance(app.top, NameEntryScene)
    now = frames(app, now, 2.5, *_pad(pygame.CONTROLLERBUTTONDOWN, held[-1]))
    assert isinstance(app.top, NameEntryScene)
    now = frames(app, now, 0.1, *_pad(pygame.CONTROLLERBUTTONUP, *held))
    pressed = (up, right, up, right, up, right, up, a_button)
    frames(app, now, 0.3, *_pad(pygame.CONTROLLERBUTTONDOWN, *pressed))
    assert isinstance(app.top, ChoiceDialog)


def test_held_cabinet_buttons_ask_for_the_pin(open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_kiosk()
    hold(monkeypatch, pygame.K_1, pygame.K_5)
    now = frames(app, 0.0, 4.0)
    assert isinstance(app.top, TitleScene)
    frames(app, now, 1.5)
    assert isinstance(app.top, NameEntryScene)


@pytest.mark.parametrize(("position", "asks"), [((10, 10), True), ((320, 180), False)])
def test_held_corner_asks_for_the_pin(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch, position: tuple[int, int], asks: bool
) -> None:
    app = open_kiosk()
    monkeypatch.setattr(pygame.mouse, "get_pressed", lambda: (True, False, False))
    monkeypatch.setattr(pygame.mouse, "get_pos", lambda: position)
    frames(app, 0.0, 5.5)
    assert isinstance(app.top, NameEntryScene) is asks


OPERATOR_KEYS = (pygame.K_LCTRL, pygame.K_LSHIFT, pygame.K_o)


def _type_pin(app: App, monkeypatch: pytest.MonkeyPatch, now: float, pin: str = PIN) -> float:
    """Hold the operator's keys, then enter a PIN; returns the time."""
    hold(monkeypatch, *OPERATOR_KEYS)
    now = frames(app, now, 2.5)
    hold(monkeypatch)
    digits = [pygame.event.Event(pygame.KEYDOWN, key=ord(d), unicode=d, mod=0) for d in pin]
    return frames(app, now, 0.3, *digits, key("return"))


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
    hold(monkeypatch, *OPERATOR_KEYS)
    now = frames(app, now, 2.5)
    assert isinstance(app.top, TitleScene)
    hold(monkeypatch)
    app.frame([], now, 0.1)
    hold(monkeypatch, *OPERATOR_KEYS)
    frames(app, now + 70.0, 2.5)
    assert isinstance(app.top, NameEntryScene)


def test_operator_reloads_settings(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = open_kiosk()
    now = _type_pin(app, monkeypatch, 0.0)
    changed = Settings(kiosk=KioskSettings(idle_seconds=300.0))
    save_settings(tmp_path / "settings.toml", replace(changed, display=DisplaySettings(palette="mono")))
    now = frames(app, now, 0.3, key("down"), key("return"))
    assert app.context.settings.display.palette == "mono"
    frames(app, now, IDLE + 5)
    assert isinstance(app.top, TitleScene)


def test_settings_with_an_error_keep_the_pin(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = open_kiosk()
    now = _type_pin(app, monkeypatch, 0.0)
    (tmp_path / "settings.toml").write_text("[kiosk]\npin = 9999\n")
    now = frames(app, now, 0.3, key("down"), key("return"))
    assert any("kiosk.pin must be 4 to 8 digits in quotes" in toast for toast in app.overlays.messages)
    for wrong in ("9999", PUBLISHED_PIN):
        now = _type_pin(app, monkeypatch, now, wrong)
        assert not isinstance(app.top, ChoiceDialog)
    _type_pin(app, monkeypatch, now)
    assert isinstance(app.top, ChoiceDialog)


def test_new_pin_is_hidden_when_nobody_answers(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(has_visitor=False, show_pin=True, pin="864209")
    assert isinstance(app.top, ChoiceDialog)
    frames(app, 0.0, IDLE + 1)
    assert isinstance(app.top, AttractScene)


def test_new_pin_is_shown_until_confirmed(open_kiosk: OpenKiosk) -> None:
    app = open_kiosk(has_visitor=False, show_pin=True, pin="864209")
    assert isinstance(app.top, ChoiceDialog)
    frames(app, 0.0, 0.3, key("return"))
    assert isinstance(app.top, TitleScene)


def test_operator_mute_is_saved_without_command_line_options(
    open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = open_kiosk()
    now = _type_pin(app, monkeypatch, 0.0)
    frames(app, now, 0.3, key("return"))
    assert app.context.settings.sound.muted
    saved, _ = load_settings(tmp_path / "settings.toml")
    assert saved.sound.muted
    assert saved.kiosk == KioskSettings()


def test_open_operator_menu_times_out(open_kiosk: OpenKiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_kiosk()
    now = _type_pin(app, monkeypatch, 0.0)
    assert isinstance(app.top, ChoiceDialog)
    frames(app, now, IDLE + 1)
    assert isinstance(app.top, AttractScene)
