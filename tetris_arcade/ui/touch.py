"""Touch input: a tap is a click when the finger is lifted, a drag scrolls like a mouse wheel.

SDL sends touches as mouse events with a `touch` attribute; it does not do so for touchpads.
"""

from __future__ import annotations

import math
from typing import Literal

import pygame
from pygame.event import Event

Tap = tuple[Literal["tap"], tuple[int, int]]
Drag = tuple[Literal["drag"], int]
"""The number of notches, down positive."""

_SLOP_SHARE = 0.025
"""A finger that moves less than this share of the window's shorter side has not moved."""
_NOTCH_SHARE = 0.05

_KINDS = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEMOTION, pygame.MOUSEBUTTONUP)


def is_touch(event: Event) -> bool:
    """Whether a mouse event comes from a touch screen."""
    return event.type in _KINDS and bool(getattr(event, "touch", False))


class TouchReader:
    """Follows one finger from its first contact until it is lifted."""

    def __init__(self) -> None:
        self._start: tuple[int, int] | None = None
        self._is_drag = False
        self._counted_to = 0.0

    def read(self, event: Event) -> Tap | Drag | None:
        """The tap or drag that an event of a touch screen completes, if any."""
        if event.type == pygame.MOUSEBUTTONDOWN:
            self._start, self._is_drag, self._counted_to = event.pos, False, event.pos[1]
        elif self._start is None:
            return None
        elif event.type == pygame.MOUSEMOTION:
            return self._move(event.pos)
        else:
            is_tap, self._start = not self._is_drag, None
            return ("tap", event.pos) if is_tap else None
        return None

    def forget(self) -> None:
        """The finger does something else: it is neither a tap nor a drag."""
        self._start = None

    def _move(self, position: tuple[int, int]) -> Drag | None:
        assert self._start is not None
        side = min(pygame.display.get_window_size())
        self._is_drag = self._is_drag or math.dist(position, self._start) > side * _SLOP_SHARE
        notches = int((position[1] - self._counted_to) / max(1.0, side * _NOTCH_SHARE))
        if not self._is_drag or notches == 0:
            return None
        self._counted_to += notches * side * _NOTCH_SHARE
        return ("drag", notches)
