"""Names of keys and gamepad buttons on the screen."""

from __future__ import annotations

_KEY_LABELS = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "return": "ENTER",
    "keypad enter": "KP ENTER",
    "escape": "ESC",
    "space": "SPACE",
    "backspace": "BKSP",
    "left ctrl": "L CTRL",
    "right ctrl": "R CTRL",
    "left alt": "L ALT",
    "right alt": "R ALT",
    "left shift": "L SHIFT",
    "right shift": "R SHIFT",
    "page up": "PG UP",
    "page down": "PG DN",
    "keypad +": "KP +",
    "keypad -": "KP -",
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
    return _KEY_LABELS.get(name, name.upper())


def combination_label(*names: str) -> str:
    """The label of keys that are pressed together."""
    return "+".join(map(key_label, names))


def pad_label(button: str) -> str:
    """The label of a gamepad button, or of several joined by "+"."""
    return "+".join(_PAD_LABELS.get(part, part.upper()) for part in button.split("+"))
