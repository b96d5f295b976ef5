"""What an operator holds to open a kiosk's menu: keys, buttons, or a corner of the screen."""

from __future__ import annotations

from collections.abc import Set

import pygame

from tetris_arcade.ui.input import CABINET_KEYS

KEYS = ("left ctrl", "left shift", "o")
PAD_BUTTONS = ("back", "start", "left shoulder", "right shoulder")
HOLD_SECONDS = 2.0
LONG_HOLD_SECONDS = 5.0
"""For what a visitor may hold by chance: a cabinet's two buttons, a finger in the corner."""
_CORNER_SHARE = 0.1


class HeldCombination:
    """Triggers once each time that a combination is held long enough."""

    def __init__(self) -> None:
        self._held_since: float | None = None
        self._has_triggered = False

    def is_triggered(self, now: float, keys: Set[str], pad_buttons: Set[str]) -> bool:
        """Whether it triggers now; `keys` and `pad_buttons` are down. Call this once per frame."""
        seconds = _seconds_to_hold(keys, pad_buttons)
        if seconds is None:
            self._held_since, self._has_triggered = None, False
            return False
        if self._held_since is None:
            self._held_since = now
        if self._has_triggered or now - self._held_since < seconds:
            return False
        self._has_triggered = True
        return True


def _seconds_to_hold(keys: Set[str], pad_buttons: Set[str]) -> float | None:
    """How long the combination that is down must be held; None if none is down."""
    if keys >= set(KEYS) or pad_buttons >= set(PAD_BUTTONS):
        return HOLD_SECONDS
    if keys >= set(CABINET_KEYS) or _is_corner_held():
        return LONG_HOLD_SECONDS
    return None


def _is_corner_held() -> bool:
    """Whether a finger or the left mouse button is down in the upper left corner."""
    side = min(pygame.display.get_window_size()) * _CORNER_SHARE
    return pygame.mouse.get_pressed()[0] and max(pygame.mouse.get_pos()) < side
