"""Names of keys and gamepad buttons on the screen."""

from __future__ import annotations

from typing import Literal

from tetris_arcade.languages import N_, _
from tetris_arcade.realtime.controls import Control
from tetris_arcade.ui.input import Action

Shape = Literal["key", "face", "pad", "shoulder", "pill", "stick", "button", "touch"]
"""key: of a keyboard. face: a gamepad's round button. pad: its cross, with a direction. shoulder, pill: its
other buttons. stick, button: a cabinet's. touch: a place to touch."""
DIRECTION_SIGNS = {"←": (-1, 0), "→": (1, 0), "↑": (0, -1), "↓": (0, 1)}
"""(to the right, down), by the labels of direction keys."""

_KEY_LABELS = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "return": N_("ENTER"),
    "keypad enter": N_("KP ENTER"),
    "escape": N_("ESC"),
    "space": N_("SPACE"),
    "backspace": N_("BKSP"),
    "left ctrl": N_("L CTRL"),
    "right ctrl": N_("R CTRL"),
    "left alt": N_("L ALT"),
    "right alt": N_("R ALT"),
    "left shift": N_("L SHIFT"),
    "right shift": N_("R SHIFT"),
    "page up": N_("PG UP"),
    "page down": N_("PG DN"),
    "keypad +": N_("KP +"),
    "keypad -": N_("KP -"),
}
_PAD_LABELS = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "left shoulder": "LB",
    "right shoulder": "RB",
    "left trigger": "LT",
    "right trigger": "RT",
    "left stick": "L3",
    "right stick": "R3",
}
TOUCH_SIGNS = {
    Action.UP: "▲",
    Action.DOWN: "▼",
    Action.LEFT: "◀",
    Action.RIGHT: "▶",
    Action.CONFIRM: "✓",
    Action.BACK: "←",
    Action.FASTER: "+",
    Action.SLOWER: "-",
    Action.HELP: "?",
}
"""What is drawn on the place to touch; a dot if nothing says more."""
# Translators: gestures of a finger on a touch screen.
GESTURES = {
    Control.MOVE_LEFT: N_("drag ←"),
    Control.MOVE_RIGHT: N_("drag →"),
    Control.SOFT_DROP: N_("drag ↓"),
    Control.HARD_DROP: N_("flick ↓"),
    Control.HOLD: N_("flick ↑"),
    Control.ROTATE_RIGHT: N_("tap"),
}

_FACES = frozenset("abxy")
CABINET_LABELS: dict[str, tuple[str, Shape]] = {
    "left ctrl": ("1", "button"),
    "left alt": ("2", "button"),
    "space": ("3", "button"),
    "left shift": ("4", "button"),
    "z": ("5", "button"),
    "x": ("6", "button"),
    "1": ("START", "pill"),
    "5": ("COIN", "pill"),
    **{key: (_KEY_LABELS[key], "stick") for key in ("up", "down", "left", "right")},
}
"""(label, picture) of the keys that a cabinet has, those that are named first before the others.

The buttons have the order that encoders of keys and MAME share.
"""


def pad_shape(button: str) -> Shape:
    """The picture of a gamepad button."""
    if button in _FACES:
        return "face"
    if button in ("up", "down", "left", "right"):
        return "pad"
    return "shoulder" if "shoulder" in button or "trigger" in button else "pill"


def key_label(name: str) -> str:
    """The label of a key, by pygame's name of it."""
    return _(_KEY_LABELS.get(name, name.upper()))


def combination_label(*names: str) -> str:
    """The label of keys that are pressed together."""
    return "+".join(map(key_label, names))


def pad_label(button: str) -> str:
    """The label of a gamepad button, or of several joined by "+"."""
    return "+".join(_PAD_LABELS.get(part, part.upper()) for part in button.split("+"))
