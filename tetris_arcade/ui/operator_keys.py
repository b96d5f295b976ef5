"""What is held in a kiosk: a combination or a corner for its menu, one button to play with that one."""

from __future__ import annotations

from collections.abc import Set

import pygame

from tetris_arcade.ui.input import CABINET_KEYS

KEYS = ("left ctrl", "left shift", "o")
PAD_BUTTONS = ("back", "start", "left shoulder", "right shoulder")
HOLD_SECONDS = 2.0
LONG_HOLD_SECONDS = 5.0
"""For what a visitor may hold by chance: a cabinet's two buttons, a finger in the corner."""
ONE_BUTTON_SECONDS = 3.0
"""For how long a visitor holds the button that shall do everything."""
_CORNER_SHARE = 0.1
_DIRECTIONS = frozenset({"up", "down", "left", "right"})


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


class HeldButton:
    """Triggers once each time that one key or button, and nothing else, is held for ONE_BUTTON_SECONDS."""

    def __init__(self) -> None:
        self._held: Set[str] = frozenset()
        self._since: float | None = None

    def is_triggered(self, now: float, keys: Set[str], pad_buttons: Set[str]) -> bool:
        """Whether it triggers now; `keys` and `pad_buttons` are down. Call this once per frame."""
        held = keys | pad_buttons
        if held != self._held:
            self._held = held
            self._since = now if len(held) == 1 and not held & _DIRECTIONS else None
        if self._since is None or now - self._since < ONE_BUTTON_SECONDS:
            return False
        self._since = None
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
