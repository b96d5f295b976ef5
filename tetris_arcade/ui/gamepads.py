"""Gamepads: they can come and go at any time, and their buttons are mapped to the same actions as keys.

Nothing presses by itself: a direction counts once its axis has moved away from where it rests, a direction
that is held does not repeat for ever, and one that comes again and again without any button is noise.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pygame
from pygame.event import Event

from tetris_arcade.ui.repeater import Repeater

PadPress = tuple[str, str, bool]
"""(value of the action or "", name of the button, whether it repeats because it is held)."""

DEAD_ZONE = 0.5
_AXIS_END = 32_768
_REST_SHARE = 0.7
"""A stick stays tilted until it is below this share of the dead zone, so a trembling one is one press."""
_CENTERED_SECONDS = 0.5
"""An axis that is in its middle for so long rests there."""
_MAX_DIRECTIONS = 40
"""A device that gives more directions than this without any button is noise until one is pressed."""
_SHIFT = "left trigger"
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
    f"{_SHIFT}+start": "take_over",
    f"{_SHIFT}+back": "coach",
    f"{_SHIFT}+left shoulder": "record",
    f"{_SHIFT}+right shoulder": "all_games",
    f"{_SHIFT}+right trigger": "lookahead",
    f"{_SHIFT}+left stick": "qr_code",
    f"{_SHIFT}+right stick": "new_game",
    f"{_SHIFT}+up": "inside",
    f"{_SHIFT}+down": "change",
    f"{_SHIFT}+left": "in_step",
    f"{_SHIFT}+right": "then_and_now",
}
# The order of SDL's button numbers, for gamepads that it recognises; for others, the usual order is assumed.
_RECOGNISED = ("a", "b", "x", "y", "back", "guide", "start", "left stick", "right stick", "left shoulder",
               "right shoulder", "up", "down", "left", "right")  # fmt: skip
_RAW = ("a", "b", "x", "y", "left shoulder", "right shoulder", "back", "start", "left stick", "right stick")
_STICK = {0: ("left", "right"), 1: ("up", "down")}
_TRIGGERS = {4: "left trigger", 5: "right trigger"}


@dataclass
class _Axis:
    """An axis of a stick or a trigger. rest: where it rests; side: -1 or 1 while it is tilted, else 0."""

    rest: float
    value: float = 0.0
    side: int = 0
    centered_since: float | None = None

    def move(self, value: float, dead_zone: float) -> bool:
        """Take a new value; returns whether it is tilted to another side now."""
        self.value, before = value, self.side
        edge = dead_zone * (_REST_SHARE if before * value > 0 else 1.0)
        is_tilted = abs(value) >= edge and abs(value - self.rest) >= edge / 2
        self.side = (1 if value > 0 else -1) if is_tilted else 0
        return self.side != before

    def find_rest(self, now: float, dead_zone: float) -> None:
        """An axis that did not rest in its middle at first rests there once it stays there."""
        if self.rest == 0.0 or abs(self.value) >= dead_zone * _REST_SHARE:
            self.centered_since = None
        elif self.centered_since is None:
            self.centered_since = now
        elif now - self.centered_since >= _CENTERED_SECONDS:
            self.rest = 0.0


class GamepadReader:
    """Turns gamepad events into presses. Gamepads are identified by their instance id."""

    def __init__(self, mapping: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._actions: dict[str, str] = {}
        self.remap(mapping or {})
        self._pads: dict[int, Any] = {}
        self._recognised: set[int] = set()
        self._dead_zone = DEAD_ZONE
        self._axes: dict[tuple[int, int], _Axis] = {}
        self._hats: dict[tuple[int, int], frozenset[str]] = {}
        self._num_directions: dict[int, int] = {}
        self._has_shift = False
        self._down: set[tuple[int, str]] = set()
        self._repeater: Repeater[str] = Repeater()
        self._controller = _controller_module()

    def remap(self, mapping: Mapping[str, tuple[str, ...]], dead_zone: float = DEAD_ZONE) -> None:
        """Replace the mapping of actions to buttons, and the dead zone of sticks; the gamepads stay open."""
        self._dead_zone = dead_zone
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

    @property
    def held_names(self) -> frozenset[str]:
        """The buttons that are down, and the directions of hats and sticks, on any gamepad."""
        return frozenset(name for _, name in self._held())

    @property
    def held_names_of_two(self) -> tuple[frozenset[str], frozenset[str]]:
        """The same for two people: the first gamepad that was connected, and every second one from it on, is
        the first person's."""
        order = {instance: number for number, instance in enumerate(self._pads)}
        held = [(order.get(instance, 0) % 2, name) for instance, name in self._held()]
        first, second = (frozenset(name for player, name in held if player == side) for side in (0, 1))
        return first, second

    def _held(self) -> Iterator[tuple[int, str]]:
        """(gamepad, button or direction) of all that is held."""
        yield from self._down
        for (instance, _), sides in self._hats.items():
            yield from ((instance, side) for side in sides)
        for (instance, number), axis in self._axes.items():
            if axis.side and number in _STICK:
                yield instance, _STICK[number][axis.side > 0]

    @property
    def num_pads(self) -> int:
        """The number of gamepads that are connected."""
        return len(self._pads)

    def read(self, event: Event) -> list[PadPress]:
        """The presses in an event; empty for events of other devices."""
        self._note_button(event)
        if event.type == pygame.JOYDEVICEADDED:
            self._add(event.device_index)
        elif event.type == pygame.JOYDEVICEREMOVED:
            self._remove(event.instance_id)
        elif event.type == pygame.CONTROLLERBUTTONDOWN and event.button < len(_RECOGNISED):
            return self._press(event.instance_id, _RECOGNISED[event.button])
        elif event.type in (pygame.CONTROLLERBUTTONUP, pygame.JOYBUTTONUP):
            self._repeater.stop()
        elif event.type == pygame.CONTROLLERAXISMOTION:
            return self._move_axis(event.instance_id, event.axis, event.value / _AXIS_END, rest=0.0)
        elif getattr(event, "instance_id", None) in self._recognised:
            return []  # a recognised gamepad sends each press twice, as controller and as joystick
        elif event.type == pygame.JOYBUTTONDOWN:
            is_known = event.button < len(_RAW)
            name = _RAW[event.button] if is_known else f"button {event.button}"
            return self._press(event.instance_id, name)
        elif event.type == pygame.JOYHATMOTION:
            return self._move_hat(event.instance_id, event.hat, *event.value)
        elif event.type == pygame.JOYAXISMOTION and event.axis in _STICK:
            # SDL's first event of a joystick's axis says where it rests; a recognised gamepad was asked.
            return self._move_axis(event.instance_id, event.axis, event.value, rest=event.value)
        return []

    def repeats(self, now: float) -> list[PadPress]:
        """The repeated presses of a held direction, like a key's repeat; `now` is in seconds."""
        for axis in self._axes.values():
            axis.find_rest(now, self._dead_zone)
        return [(self._actions.get(button, ""), button, True) for button in self._repeater.due(now)]

    def release_all(self) -> None:
        """The window loses the focus: what is held does not repeat."""
        self._repeater.stop()

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
                for axis in (*_STICK, *_TRIGGERS):
                    self._axes[instance, axis] = self._new_axis(pad.get_axis(axis) / _AXIS_END)
                return
            joystick = pygame.joystick.Joystick(index)
            if joystick.get_numbuttons():  # otherwise it is no gamepad, but a sensor
                self._pads[joystick.get_instance_id()] = joystick

    def _remove(self, instance: int) -> None:
        pad = self._pads.pop(instance, None)
        if pad is not None:
            pad.quit()  # otherwise SDL never closes a recognised one
        self._recognised.discard(instance)
        self._axes = {key: axis for key, axis in self._axes.items() if key[0] != instance}
        self._hats = {key: sides for key, sides in self._hats.items() if key[0] != instance}
        self._down = {key for key in self._down if key[0] != instance}
        self._num_directions.pop(instance, None)
        self._repeater.stop()
        self._has_shift = False

    def _press(self, instance: int, button: str) -> list[PadPress]:
        name = f"{_SHIFT}+{button}" if self._has_shift else button
        if button in _DIRECTIONS and not (self._has_shift and name in self._actions):
            return self._press_direction(instance, button)
        self._num_directions[instance] = 0
        return [(self._actions.get(name, ""), name, False)]

    def _press_direction(self, instance: int, direction: str) -> list[PadPress]:
        self._num_directions[instance] = self._num_directions.get(instance, 0) + 1
        if self._num_directions[instance] > _MAX_DIRECTIONS:
            return []
        self._repeater.start(direction)
        return [(self._actions.get(direction, ""), direction, False)]

    def _move_hat(self, instance: int, hat: int, x: int, y: int) -> list[PadPress]:
        """Count the directions that are new: a hat that is rolled passes through two at once."""
        sides = (("left", x < 0), ("right", x > 0), ("up", y > 0), ("down", y < 0))
        now, before = (
            frozenset(name for name, on in sides if on),
            self._hats.get((instance, hat), frozenset()),
        )
        self._hats[instance, hat] = now
        if not now:
            self._repeater.stop()
        return [press for name in sorted(now - before) for press in self._press(instance, name)]

    def _move_axis(self, instance: int, number: int, value: float, rest: float) -> list[PadPress]:
        """Count a stick or a trigger once, when it leaves its rest position; a new axis rests at `rest`."""
        if (instance, number) not in self._axes:
            self._axes[instance, number] = self._new_axis(rest)
        axis = self._axes[instance, number]
        if not axis.move(value, self._dead_zone):
            return []
        if number in _TRIGGERS:
            return self._pull(instance, _TRIGGERS[number], axis.side > 0)
        if number not in _STICK:
            return []
        self._repeater.stop()
        return self._press(instance, _STICK[number][axis.side > 0]) if axis.side else []

    def _new_axis(self, rest: float) -> _Axis:
        return _Axis(rest if abs(rest) >= self._dead_zone else 0.0)

    def _pull(self, instance: int, trigger: str, is_down: bool) -> list[PadPress]:
        if trigger == _SHIFT:
            self._has_shift = is_down
            return []
        return self._press(instance, trigger) if is_down else []


def _controller_module() -> Any:
    try:
        from pygame._sdl2 import controller
    except ImportError:
        return None
    with contextlib.suppress(pygame.error):
        controller.init()
        return controller
    return None
