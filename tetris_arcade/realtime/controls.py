"""What a player can do in a game; keys and buttons are mapped to it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


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


@dataclass(frozen=True)
class PlayerControl:
    """A control of one of two people, 0 or 1, who have keys and buttons of their own."""

    player: int
    control: Control

    @property
    def value(self) -> str:
        """The name in settings.toml."""
        return f"{player_prefix(self.player)}{self.control.value}"


def player_prefix(player: int) -> str:
    """How the names of a person's controls begin in settings.toml, if there are two."""
    return f"player_{player + 1}_"
