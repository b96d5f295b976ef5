"""What a player can do in a game; keys and buttons are mapped to it."""

from __future__ import annotations

import enum


class Control(enum.Enum):
    """One control of the game; the value is the name in settings.toml."""

    MOVE_LEFT = "move_left"
    MOVE_RIGHT = "move_right"
    SOFT_DROP = "soft_drop"
    HARD_DROP = "hard_drop"
    ROTATE_RIGHT = "rotate_right"
    ROTATE_LEFT = "rotate_left"
    ROTATE_HALF = "rotate_half"
    HOLD = "hold"


HELD_CONTROLS = frozenset({Control.MOVE_LEFT, Control.MOVE_RIGHT, Control.SOFT_DROP})
"""The controls that act for as long as they are held; the others act once per press."""
