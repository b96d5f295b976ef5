"""Names of keys and gamepad buttons on the screen."""

from __future__ import annotations

from tetris_arcade.languages import N_, _

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


def key_label(name: str) -> str:
    """The label of a key, by pygame's name of it."""
    return _(_KEY_LABELS.get(name, name.upper()))


def combination_label(*names: str) -> str:
    """The label of keys that are pressed together."""
    return "+".join(map(key_label, names))


def pad_label(button: str) -> str:
    """The label of a gamepad button, or of several joined by "+"."""
    return "+".join(_PAD_LABELS.get(part, part.upper()) for part in button.split("+"))
