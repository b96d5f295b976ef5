"""The controls of the game: which keys and buttons they are on, and when one is pressed or released.

Unlike actions, they count at once, and for as long as they are held.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from tetris_arcade.realtime.controls import Control

DEFAULT_CONTROL_KEYS: dict[Control, tuple[str, ...]] = {
    Control.MOVE_LEFT: ("left",),
    Control.MOVE_RIGHT: ("right",),
    Control.SOFT_DROP: ("down",),
    Control.HARD_DROP: ("space",),
    Control.ROTATE_RIGHT: ("up", "x", "left alt"),
    Control.ROTATE_LEFT: ("z", "left ctrl"),
    Control.ROTATE_HALF: ("a",),
    Control.HOLD: ("c", "left shift"),
}
"""By pygame's key names; with the first buttons of a cabinet, which is often a keyboard."""
DEFAULT_CONTROL_BUTTONS: dict[Control, tuple[str, ...]] = {
    Control.MOVE_LEFT: ("left",),
    Control.MOVE_RIGHT: ("right",),
    Control.SOFT_DROP: ("down",),
    Control.HARD_DROP: ("up",),
    Control.ROTATE_RIGHT: ("a",),
    Control.ROTATE_LEFT: ("b",),
    Control.ROTATE_HALF: ("x",),
    Control.HOLD: ("y", "left shoulder", "right shoulder"),
}
Names = Mapping[str, tuple[str, ...]]
"""Names of keys or buttons, by the values of controls; other names in it are ignored."""
ControlChange = tuple[Control, bool]
"""(control, whether it is down now)."""


class ControlReader:
    """Compares what is held before and after each event; a control is down while any of its keys is."""

    def __init__(self) -> None:
        self._keys: dict[str, Control] = {}
        self._buttons: dict[str, Control] = {}
        self._down: frozenset[Control] = frozenset()
        self.remap({}, {})

    def remap(self, keys: Names, buttons: Names) -> None:
        """Replace the mapping; custom names override default ones."""
        self._keys = _invert(DEFAULT_CONTROL_KEYS, keys)
        self._buttons = _invert(DEFAULT_CONTROL_BUTTONS, buttons)

    @property
    def key_names(self) -> Set[str]:
        """The keys that belong to a control."""
        return self._keys.keys()

    @property
    def button_names(self) -> Set[str]:
        """The gamepad buttons that belong to a control."""
        return self._buttons.keys()

    def get_keys(self, control: Control) -> tuple[str, ...]:
        return tuple(name for name, mapped in self._keys.items() if mapped is control)

    def get_buttons(self, control: Control) -> tuple[str, ...]:
        return tuple(name for name, mapped in self._buttons.items() if mapped is control)

    def read(self, held_keys: Set[str], held_buttons: Set[str]) -> list[ControlChange]:
        """What has changed since the last call, releases first."""
        down = frozenset(
            [
                *(self._keys[name] for name in held_keys & self._keys.keys()),
                *(self._buttons[name] for name in held_buttons & self._buttons.keys()),
            ]
        )
        if down == self._down:
            return []
        before, self._down = self._down, down
        released = [(control, False) for control in Control if control in before - down]
        return released + [(control, True) for control in Control if control in down - before]


def _invert(defaults: Mapping[Control, tuple[str, ...]], custom: Names) -> dict[str, Control]:
    names = {
        name: control
        for control, default in defaults.items()
        for name in default
        if control.value not in custom
    }
    for control in Control:
        names |= dict.fromkeys(custom.get(control.value, ()), control)
    return names
