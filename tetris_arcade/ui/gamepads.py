"""Gamepads: they can come and go at any time, and their buttons are mapped to the same actions as keys."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

import pygame
from pygame.event import Event

PadPress = tuple[str, str, bool]
"""(value of the action or "", name of the button, whether it repeats because it is held)."""

_DEAD_ZONE = 0.5
_REST = 0.35
"""A tilted stick counts as tilted until it is below this value, so that a trembling one is one press."""
_SHIFT = "left trigger"
_REPEAT_AFTER_SECONDS = 0.35
_REPEAT_EVERY_SECONDS = 0.07
_DIRECTIONS = ("left", "right", "up", "down")

# While the left trigger is held, buttons have a second meaning, so that a gamepad can do all that keys do.
DEFAULT_BUTTONS: dict[str, str] = {
    "a": "confirm",
    "b": "back",
    "x": "visuals",
    "y": "values",
    "back": "help",
    "start": "pause",
    "left shoulder": "slower",
    "right shoulder": "faster",
    "right trigger": "step",
    "left stick": "graph_page",
    "right stick": "mute",
    "up": "up",
    "down": "down",
    "left": "left",
    "right": "right",
    f"{_SHIFT}+a": "save",
    f"{_SHIFT}+b": "stop",
    f"{_SHIFT}+x": "screenshot",
    f"{_SHIFT}+y": "full_screen",
    f"{_SHIFT}+start": "step",
    f"{_SHIFT}+back": "mute",
    f"{_SHIFT}+left shoulder": "record",
    f"{_SHIFT}+right shoulder": "graph_page",
    f"{_SHIFT}+right trigger": "lookahead",
}
# The order of SDL's button numbers, for gamepads that it recognises; for others, the usual order is assumed.
_RECOGNISED = ("a", "b", "x", "y", "back", "guide", "start", "left stick", "right stick", "left shoulder",
               "right shoulder", "up", "down", "left", "right")  # fmt: skip
_RAW = ("a", "b", "x", "y", "left shoulder", "right shoulder", "back", "start", "left stick", "right stick")
_STICK = {0: ("left", "right"), 1: ("up", "down")}
_TRIGGERS = {4: "left trigger", 5: "right trigger"}


class GamepadReader:
    """Turns gamepad events into presses. Gamepads are identified by their instance id."""

    def __init__(self, mapping: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._actions: dict[str, str] = {}
        self.remap(mapping or {})
        self._pads: dict[int, Any] = {}
        self._recognised: set[int] = set()
        self._tilted: dict[tuple[int, int], int] = {}
        self._has_shift = False
        self._down: set[tuple[int, str]] = set()
        self._held: str | None = None
        self._repeat_at: float | None = None
        self._controller = _controller_module()

    def remap(self, mapping: Mapping[str, tuple[str, ...]]) -> None:
        """Replace the mapping of actions to buttons; the gamepads stay open."""
        custom = {button: action for action, buttons in mapping.items() for button in buttons}
        default = {button: action for button, action in DEFAULT_BUTTONS.items() if action not in mapping}
        self._actions = {**default, **custom}

    def get_buttons(self, action: str) -> tuple[str, ...]:
        """The names of the buttons that trigger an action."""
        return tuple(button for button, mapped in self._actions.items() if mapped == action)

    @property
    def held_buttons(self) -> frozenset[str]:
        """The buttons that are down on any gamepad."""
        return frozenset(button for _, button in self._down)

    def read(self, event: Event) -> list[PadPress]:
        """The presses in an event; empty for events of other devices."""
        self._note_button(event)
        if event.type == pygame.JOYDEVICEADDED:
            self._add(event.device_index)
        elif event.type == pygame.JOYDEVICEREMOVED:
            self._remove(event.instance_id)
        elif event.type == pygame.CONTROLLERBUTTONDOWN and event.button < len(_RECOGNISED):
            return self._press(_RECOGNISED[event.button])
        elif event.type in (pygame.CONTROLLERBUTTONUP, pygame.JOYBUTTONUP):
            self._held = None
        elif event.type == pygame.CONTROLLERAXISMOTION:
            return self._move_axis(event.instance_id, event.axis, event.value / 32768)
        elif getattr(event, "instance_id", None) in self._recognised:
            return []  # a recognised gamepad sends each press twice, as controller and as joystick
        elif event.type == pygame.JOYBUTTONDOWN:
            is_known = event.button < len(_RAW)
            return self._press(_RAW[event.button] if is_known else f"button {event.button}")
        elif event.type == pygame.JOYHATMOTION:
            return self._hat(*event.value)
        elif event.type == pygame.JOYAXISMOTION and event.axis in _STICK:
            return self._move_axis(event.instance_id, event.axis, event.value)
        return []

    def repeats(self, now: float) -> list[PadPress]:
        """The repeated presses of a held direction, like a key's repeat; `now` is in seconds."""
        if self._held is None:
            self._repeat_at = None
        elif self._repeat_at is None:
            self._repeat_at = now + _REPEAT_AFTER_SECONDS
        elif now >= self._repeat_at:
            self._repeat_at = now + _REPEAT_EVERY_SECONDS
            return [(self._actions.get(self._held, ""), self._held, True)]
        return []

    def _note_button(self, event: Event) -> None:
        """Keep track of the buttons that are down; of a recognised gamepad only as a controller."""
        is_down = event.type in (pygame.CONTROLLERBUTTONDOWN, pygame.JOYBUTTONDOWN)
        if not is_down and event.type not in (pygame.CONTROLLERBUTTONUP, pygame.JOYBUTTONUP):
            return
        is_joystick = event.type in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP)
        names = _RAW if is_joystick else _RECOGNISED
        if event.button >= len(names) or (is_joystick and event.instance_id in self._recognised):
            return
        change = self._down.add if is_down else self._down.discard
        change((event.instance_id, names[event.button]))

    def _add(self, index: int) -> None:
        with contextlib.suppress(pygame.error):
            if self._controller is not None and self._controller.is_controller(index):
                pad = self._controller.Controller(index)
                instance = pad.as_joystick().get_instance_id()
                self._recognised.add(instance)
                self._pads[instance] = pad
                return
            joystick = pygame.joystick.Joystick(index)
            self._pads[joystick.get_instance_id()] = joystick

    def _remove(self, instance: int) -> None:
        pad = self._pads.pop(instance, None)
        if pad is not None:
            pad.quit()  # otherwise SDL never closes a recognised one
        self._recognised.discard(instance)
        self._tilted = {key: side for key, side in self._tilted.items() if key[0] != instance}
        self._down = {key for key in self._down if key[0] != instance}
        self._held, self._has_shift = None, False

    def _press(self, button: str) -> list[PadPress]:
        name = f"{_SHIFT}+{button}" if self._has_shift and button not in _DIRECTIONS else button
        if button in _DIRECTIONS:
            self._held, self._repeat_at = button, None
        return [(self._actions.get(name, ""), name, False)]

    def _hat(self, x: int, y: int) -> list[PadPress]:
        self._held = None
        sides = (("left", x < 0), ("right", x > 0), ("up", y > 0), ("down", y < 0))
        return [press for name, on in sides if on for press in self._press(name)]

    def _move_axis(self, instance: int, axis: int, value: float) -> list[PadPress]:
        """Count a stick or a trigger once, when it leaves its rest position."""
        before = self._tilted.get((instance, axis), 0)
        edge = _REST if before * value > 0 else _DEAD_ZONE
        side = 0 if abs(value) < edge else (1 if value > 0 else -1)
        if before == side:
            return []
        self._tilted[instance, axis] = side
        if axis in _TRIGGERS:
            return self._pull(_TRIGGERS[axis], side > 0)
        if axis not in _STICK:
            return []
        self._held = None
        return self._press(_STICK[axis][side > 0]) if side else []

    def _pull(self, trigger: str, is_down: bool) -> list[PadPress]:
        if trigger == _SHIFT:
            self._has_shift = is_down
            return []
        return self._press(trigger) if is_down else []


def _controller_module() -> Any:
    try:
        from pygame._sdl2 import controller
    except ImportError:
        return None
    with contextlib.suppress(pygame.error):
        controller.init()
        return controller
    return None
