"""Game pads: plugged in and out at any time, read as the same few actions as keys."""

from __future__ import annotations

import contextlib
from typing import Any

import pygame
from pygame.event import Event

_DEAD_ZONE = 0.5

# Buttons as SDL numbers them on a recognised pad; on others the first four are the usual guess.
DEFAULT_BUTTONS: dict[str, str] = {
    "a": "confirm",
    "b": "back",
    "x": "visuals",
    "y": "values",
    "back": "help",
    "start": "pause",
    "left shoulder": "slower",
    "right shoulder": "faster",
    "left stick": "graph_page",
    "right stick": "step",
    "guide": "save",
    "up": "up",
    "down": "down",
    "left": "left",
    "right": "right",
}
_RECOGNISED = ("a", "b", "x", "y", "back", "guide", "start", "left stick", "right stick", "left shoulder",
               "right shoulder", "up", "down", "left", "right")  # fmt: skip
_RAW = ("a", "b", "x", "y", "left shoulder", "right shoulder", "back", "start", "left stick", "right stick")


class PadReader:
    """Turns pad events into (action's value, button's name); pads are known by their instance id."""

    def __init__(self, mapping: dict[str, tuple[str, ...]] | None = None) -> None:
        self._actions = dict(DEFAULT_BUTTONS)
        for action, buttons in (mapping or {}).items():
            for button in buttons:
                self._actions[button] = action
        self._pads: dict[int, object] = {}
        self._recognised: set[int] = set()
        self._tilted: dict[tuple[int, int], int] = {}
        self._controller = _controller_module()

    def read(self, event: Event) -> list[tuple[str, str]]:
        """What an event means; empty for all that is no pad's doing."""
        if event.type == pygame.JOYDEVICEADDED:
            self._add(event.device_index)
        elif event.type == pygame.JOYDEVICEREMOVED:
            self._remove(event.instance_id)
        elif event.type == pygame.CONTROLLERBUTTONDOWN and event.button < len(_RECOGNISED):
            return self._named(_RECOGNISED[event.button])
        elif event.type == pygame.CONTROLLERAXISMOTION and event.axis in (0, 1):
            return self._tilt(event.instance_id, event.axis, event.value / 32768)
        elif getattr(event, "instance_id", None) in self._recognised:
            return []  # a recognised pad sends every press twice, as controller and as joystick
        elif event.type == pygame.JOYBUTTONDOWN and event.button < len(_RAW):
            return self._named(_RAW[event.button])
        elif event.type == pygame.JOYHATMOTION:
            return self._hat(*event.value)
        elif event.type == pygame.JOYAXISMOTION and event.axis in (0, 1):
            return self._tilt(event.instance_id, event.axis, event.value)
        return []

    def _add(self, index: int) -> None:
        with contextlib.suppress(pygame.error):
            if self._controller is not None and self._controller.is_controller(index):
                pad = self._controller.Controller(index)
                self._pads[pad.as_joystick().get_instance_id()] = pad
                self._recognised.add(pad.as_joystick().get_instance_id())
                return
            joystick = pygame.joystick.Joystick(index)
            self._pads[joystick.get_instance_id()] = joystick

    def _remove(self, instance: int) -> None:
        self._pads.pop(instance, None)
        self._recognised.discard(instance)
        self._tilted = {key: side for key, side in self._tilted.items() if key[0] != instance}

    def _named(self, button: str) -> list[tuple[str, str]]:
        return [(self._actions.get(button, ""), button)]

    def _hat(self, x: int, y: int) -> list[tuple[str, str]]:
        names = [
            name for name, on in (("left", x < 0), ("right", x > 0), ("up", y > 0), ("down", y < 0)) if on
        ]
        return [pair for name in names for pair in self._named(name)]

    def _tilt(self, instance: int, axis: int, value: float) -> list[tuple[str, str]]:
        """A stick counts once as it leaves the middle."""
        side = 0 if abs(value) < _DEAD_ZONE else (1 if value > 0 else -1)
        if self._tilted.get((instance, axis), 0) == side:
            return []
        self._tilted[instance, axis] = side
        if side == 0:
            return []
        return self._named((("left", "right"), ("up", "down"))[axis][side > 0])


def _controller_module() -> Any:
    try:
        from pygame._sdl2 import controller
    except ImportError:
        return None
    with contextlib.suppress(pygame.error):
        controller.init()
        return controller
    return None
