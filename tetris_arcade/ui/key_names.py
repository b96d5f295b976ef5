"""How keys and pad buttons are written on the screen, and which action a written key stands for."""

from __future__ import annotations

from tetris_arcade.ui.input import Action

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
_WRITTEN = {
    "↑": Action.UP,
    "↓": Action.DOWN,
    "←": Action.LEFT,
    "→": Action.RIGHT,
    "ENTER": Action.CONFIRM,
    "ESC": Action.BACK,
    "P": Action.PAUSE,
    "SPACE": Action.PAUSE,
    ".": Action.STEP,
    "+": Action.FASTER,
    "-": Action.SLOWER,
    "V": Action.VISUALS,
    "H": Action.VALUES,
    "S": Action.SAVE,
    "G": Action.GRAPH_PAGE,
    "M": Action.MUTE,
    "F11": Action.FULL_SCREEN,
    "F12": Action.SCREENSHOT,
    "R": Action.RECORD,
    "F1": Action.HELP,
    "?": Action.HELP,
    "X": Action.STOP,
}


def key_label(name: str) -> str:
    """A key's name, as pygame has it, as it is written on a cap."""
    return _KEY_LABELS.get(name, name.upper())


def pad_label(button: str) -> str:
    """A pad button's name, perhaps "shift+button", as it is written on a cap."""
    return "+".join(_PAD_LABELS.get(part, part.upper()) for part in button.split("+"))


def action_for_key_label(key: str) -> Action | None:
    """The action that a hint's key stands for, as the keys are when nobody has changed them."""
    return _WRITTEN.get(key)
