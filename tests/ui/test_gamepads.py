"""Gamepads come and go; a recognised one sends each press twice, which counts once."""

from __future__ import annotations

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import pygame
import pytest
from pygame.event import Event

from tetris_arcade.ui.gamepads import DEFAULT_BUTTONS, GamepadReader

PLAIN, RECOGNISED = 5, 6


class _Pad:
    def __init__(self, instance: int) -> None:
        self._instance = instance

    def get_instance_id(self) -> int:
        return self._instance

    def as_joystick(self) -> _Pad:
        return self

    def quit(self) -> None:
        pass


class _Controllers:
    """Device 1 is one that SDL recognises."""

    def is_controller(self, index: int) -> bool:
        return index == 1

    def Controller(self, index: int) -> _Pad:  # noqa: N802
        return _Pad(RECOGNISED)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> GamepadReader:
    monkeypatch.setattr("tetris_arcade.ui.gamepads._controller_module", _Controllers)
    monkeypatch.setattr(pygame.joystick, "Joystick", lambda index: _Pad(PLAIN))
    return GamepadReader()


def _plug(reader: GamepadReader, index: int) -> None:
    assert reader.read(Event(pygame.JOYDEVICEADDED, device_index=index)) == []


def test_recognised_pad_counts_once(reader: GamepadReader) -> None:
    _plug(reader, 1)
    as_controller = Event(pygame.CONTROLLERBUTTONDOWN, instance_id=RECOGNISED, button=0)
    as_joystick = Event(pygame.JOYBUTTONDOWN, instance_id=RECOGNISED, button=0)
    assert reader.read(as_controller) == [("confirm", "a", False)]
    assert reader.read(as_joystick) == []


def test_further_buttons_of_a_joystick_can_be_mapped(
    reader: GamepadReader,
) -> None:
    _plug(reader, 0)
    reader.remap({"save": ("button 11",)})
    assert reader.read(Event(pygame.JOYBUTTONDOWN, instance_id=PLAIN, button=1)) == [("back", "b", False)]
    assert reader.read(Event(pygame.JOYBUTTONDOWN, instance_id=PLAIN, button=11)) == [
        ("save", "button 11", False)
    ]


def test_unplugged_pad_releases_its_buttons(reader: GamepadReader) -> None:
    _plug(reader, 1)
    down = 12
    reader.read(Event(pygame.CONTROLLERAXISMOTION, instance_id=RECOGNISED, axis=4, value=32_000))
    reader.read(Event(pygame.CONTROLLERBUTTONDOWN, instance_id=RECOGNISED, button=down))
    reader.repeats(0.0)
    reader.read(Event(pygame.JOYDEVICEREMOVED, instance_id=RECOGNISED))
    assert reader.repeats(9.0) == []
    _plug(reader, 1)
    press = Event(pygame.CONTROLLERBUTTONDOWN, instance_id=RECOGNISED, button=0)
    assert reader.read(press) == [("confirm", "a", False)]


def test_held_buttons_end_with_release_or_unplugging(
    reader: GamepadReader,
) -> None:
    for index in (0, 1):
        _plug(reader, index)
    start, shoulder = 6, 9
    reader.read(Event(pygame.CONTROLLERBUTTONDOWN, instance_id=RECOGNISED, button=start))
    reader.read(Event(pygame.JOYBUTTONDOWN, instance_id=RECOGNISED, button=start))  # its other number
    reader.read(Event(pygame.CONTROLLERBUTTONDOWN, instance_id=RECOGNISED, button=shoulder))
    reader.read(Event(pygame.JOYBUTTONDOWN, instance_id=PLAIN, button=0))
    assert reader.held_buttons == {"start", "left shoulder", "a"}
    reader.read(Event(pygame.CONTROLLERBUTTONUP, instance_id=RECOGNISED, button=start))
    assert reader.held_buttons == {"left shoulder", "a"}
    reader.read(Event(pygame.JOYDEVICEREMOVED, instance_id=RECOGNISED))
    assert reader.held_buttons == {"a"}


def test_device_that_cannot_be_opened_is_ignored(
    reader: GamepadReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_index: int) -> None:
        raise pygame.error("gone again")

    with monkeypatch.context() as gone:
        gone.setattr(pygame.joystick, "Joystick", fail)
        _plug(reader, 0)
    _plug(reader, 0)
    pressed = Event(pygame.JOYBUTTONDOWN, instance_id=PLAIN, button=0)
    assert reader.read(pressed) == [("confirm", "a", False)]


def test_no_button_has_two_actions() -> None:
    assert len(DEFAULT_BUTTONS) == len(set(DEFAULT_BUTTONS))
    assert GamepadReader({"stop": ("a",)}).get_buttons("confirm") == ()
