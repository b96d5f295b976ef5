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

    def get_axis(self, axis: int) -> int:
        return 0

    def get_numbuttons(self) -> int:
        return 12

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


# --- Nothing presses by itself ---


def _tilt(reader: GamepadReader, *values: float, axis: int = 0) -> list[str]:
    events = [Event(pygame.JOYAXISMOTION, instance_id=PLAIN, axis=axis, value=value) for value in values]
    return [name for event in events for _, name, _ in reader.read(event)]


def _wait(reader: GamepadReader, seconds: float, start: float = 0.0) -> list[str]:
    frames = range(round(seconds * 30))
    return [name for frame in frames for _, name, _ in reader.repeats(start + frame / 30)]


@pytest.mark.parametrize("rest", [0.6, -0.8, 1.0, -1.0])
def test_axis_that_does_not_rest_in_its_middle_presses_nothing(reader: GamepadReader, rest: float) -> None:
    _plug(reader, 0)
    assert _tilt(reader, rest, rest * 0.97, rest) == []
    assert _wait(reader, 5.0) == []
    opposite, name = (-1.0, "left") if rest > 0 else (1.0, "right")
    assert _tilt(reader, 0.0, opposite) == [name]
    assert _tilt(reader, 0.0, rest) == []


def test_stick_held_while_it_is_plugged_in_works_once_let_go(reader: GamepadReader) -> None:
    _plug(reader, 0)
    assert _tilt(reader, 1.0, 0.0) == []
    _wait(reader, 1.0)
    assert _tilt(reader, 1.0) == ["right"]


def test_trigger_that_rests_at_its_end_is_not_held(
    reader: GamepadReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Pad, "get_axis", lambda _self, axis: 32_767 if axis == 4 else 0)
    _plug(reader, 1)
    reader.read(Event(pygame.CONTROLLERAXISMOTION, instance_id=RECOGNISED, axis=4, value=32_767))
    press = Event(pygame.CONTROLLERBUTTONDOWN, instance_id=RECOGNISED, button=0)
    assert reader.read(press) == [("confirm", "a", False)]


def test_held_direction_does_not_repeat_for_ever(reader: GamepadReader) -> None:
    _plug(reader, 0)
    assert _tilt(reader, 0.0, 1.0) == ["right"]
    assert len(_wait(reader, 9.0)) > 50
    _wait(reader, 3.0, start=9.0)
    assert _wait(reader, 60.0, start=12.0) == []


def test_trembling_axis_is_silent_until_a_button_is_pressed(reader: GamepadReader) -> None:
    _plug(reader, 0)
    assert len(_tilt(reader, *[0.0, 0.9] * 200)) < 50
    assert _tilt(reader, *[0.0, -0.9] * 200) == []
    reader.read(Event(pygame.JOYBUTTONDOWN, instance_id=PLAIN, button=0))
    assert _tilt(reader, 0.0, 0.9, 0.0) == ["right"]


def _roll(reader: GamepadReader, *values: tuple[int, int]) -> list[str]:
    events = [Event(pygame.JOYHATMOTION, instance_id=PLAIN, hat=0, value=value) for value in values]
    return [name for event in events for _, name, _ in reader.read(event)]


def test_rolled_hat_counts_each_direction_once(reader: GamepadReader) -> None:
    _plug(reader, 0)
    assert _roll(reader, (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (0, 0)) == ["up", "right", "down"]
    assert _wait(reader, 2.0) == []
    assert _roll(reader, (0, 1), (0, 0), (0, 1)) == ["up", "up"]


def test_held_hat_repeats_until_released(reader: GamepadReader) -> None:
    _plug(reader, 0)
    assert _roll(reader, (0, -1)) == ["down"]
    assert set(_wait(reader, 2.0)) == {"down"}
    _roll(reader, (0, 0))
    assert _wait(reader, 2.0, start=2.0) == []


def test_device_without_buttons_is_no_gamepad(reader: GamepadReader, monkeypatch: pytest.MonkeyPatch) -> None:
    _plug(reader, 0)
    assert reader.num_pads == 1
    monkeypatch.setattr(_Pad, "get_numbuttons", lambda _self: 0)
    monkeypatch.setattr(pygame.joystick, "Joystick", lambda index: _Pad(9))
    _plug(reader, 0)
    assert reader.num_pads == 1


@pytest.mark.parametrize(("dead_zone", "names"), [(0.3, ["right"]), (0.5, []), (0.9, [])])
def test_dead_zone_is_a_setting(reader: GamepadReader, dead_zone: float, names: list[str]) -> None:
    _plug(reader, 0)
    reader.remap({}, dead_zone)
    assert _tilt(reader, 0.0, 0.4) == names
