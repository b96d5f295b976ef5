"""The controls of the game: which keys and buttons they are on, and when one is pressed or released.

Unlike actions, they count at once, and for as long as they are held.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from tetris_arcade.realtime.controls import Control, player_prefix

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
_AT_A_DESK: tuple[dict[Control, tuple[str, ...]], ...] = (
    {
        Control.MOVE_LEFT: ("a",),
        Control.MOVE_RIGHT: ("d",),
        Control.SOFT_DROP: ("s",),
        Control.HARD_DROP: ("space",),
        Control.ROTATE_RIGHT: ("w",),
        Control.ROTATE_LEFT: ("q",),
        Control.ROTATE_HALF: ("x",),
        Control.HOLD: ("e", "left shift"),
    },
    {
        Control.MOVE_LEFT: ("left",),
        Control.MOVE_RIGHT: ("right",),
        Control.SOFT_DROP: ("down",),
        Control.HARD_DROP: ("return",),
        Control.ROTATE_RIGHT: ("up",),
        Control.ROTATE_LEFT: ("right shift",),
        Control.ROTATE_HALF: ("delete",),
        Control.HOLD: ("right ctrl",),
    },
)
"""The left and the right half of a keyboard."""
_AT_A_CABINET: tuple[dict[Control, tuple[str, ...]], ...] = (
    {
        Control.MOVE_LEFT: ("left",),
        Control.MOVE_RIGHT: ("right",),
        Control.SOFT_DROP: ("down",),
        Control.HARD_DROP: ("up",),
        Control.ROTATE_RIGHT: ("left ctrl",),
        Control.ROTATE_LEFT: ("left alt",),
        Control.ROTATE_HALF: ("left shift",),
        Control.HOLD: ("space",),
    },
    {
        Control.MOVE_LEFT: ("d",),
        Control.MOVE_RIGHT: ("g",),
        Control.SOFT_DROP: ("f",),
        Control.HARD_DROP: ("r",),
        Control.ROTATE_RIGHT: ("a",),
        Control.ROTATE_LEFT: ("s",),
        Control.ROTATE_HALF: ("w",),
        Control.HOLD: ("q",),
    },
)
"""The keys that the sticks and buttons of most cabinets send: https://docs.mamedev.org/usingmame/defaultkeys.html."""
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
    """Compares what is held before and after each event; a control is down while any of its keys is.

    player: whose controls they are, 0 or 1, if there are two people; None for one alone.
    """

    def __init__(self, player: int | None = None) -> None:
        self._player = player
        self._keys: dict[str, Control] = {}
        self._buttons: dict[str, Control] = {}
        self._down: frozenset[Control] = frozenset()
        self.remap({}, {})

    def remap(self, keys: Names, buttons: Names, *, is_cabinet: bool = False) -> None:
        """Replace the mapping; custom names override default ones.

        Of two people, each has keys of their own, which depend on whether the keyboard is that of a cabinet;
        the buttons of both are those of one alone, unless they are changed.
        """
        if self._player is None:
            self._keys = _invert(DEFAULT_CONTROL_KEYS, keys)
            self._buttons = _invert(DEFAULT_CONTROL_BUTTONS, buttons)
            return
        defaults = (_AT_A_CABINET if is_cabinet else _AT_A_DESK)[self._player]
        taken = {name for names in _names_of(keys, 1 - self._player).values() for name in names}
        free = {
            control: tuple(name for name in names if name not in taken) for control, names in defaults.items()
        }
        self._keys = _invert(free, _names_of(keys, self._player))
        self._buttons = _invert(DEFAULT_CONTROL_BUTTONS, {**buttons, **_names_of(buttons, self._player)})

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


def _names_of(names: Names, player: int) -> Names:
    """The names of the keys or buttons that are changed for one of two people, by the values of controls."""
    prefix = player_prefix(player)
    return {name.removeprefix(prefix): value for name, value in names.items() if name.startswith(prefix)}


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
