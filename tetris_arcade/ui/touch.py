"""A finger on the glass: a tap is a click as it is lifted, a drag turns lists as a mouse's wheel does.

SDL tells of it as of a mouse, with a mark; of a touchpad's fingers it does not.
"""

from __future__ import annotations

import math
from typing import Literal

import pygame
from pygame.event import Event

Tap = tuple[Literal["tap"], tuple[int, int]]
Drag = tuple[Literal["drag"], int]
"""By so many notches, downwards positive."""

_SLOP_SHARE = 0.025
"""Of the window's smaller side: a finger that moves less has stayed where it is."""
_NOTCH_SHARE = 0.05

_KINDS = (pygame.MOUSEBUTTONDOWN, pygame.MOUSEMOTION, pygame.MOUSEBUTTONUP)


def is_touch(event: Event) -> bool:
    """Whether a mouse's event is really a finger's."""
    return event.type in _KINDS and bool(getattr(event, "touch", False))


class TouchReader:
    """Follows one finger from when it comes down until it is lifted."""

    def __init__(self) -> None:
        self._start: tuple[int, int] | None = None
        self._is_drag = False
        self._counted_to = 0.0

    def read(self, event: Event) -> Tap | Drag | None:
        """What an event for which `is_touch` holds means; None where it means nothing yet."""
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

    def _move(self, position: tuple[int, int]) -> Drag | None:
        assert self._start is not None
        side = min(pygame.display.get_window_size())
        self._is_drag = self._is_drag or math.dist(position, self._start) > side * _SLOP_SHARE
        notches = int((position[1] - self._counted_to) / max(1.0, side * _NOTCH_SHARE))
        if not self._is_drag or notches == 0:
            return None
        self._counted_to += notches * side * _NOTCH_SHARE
        return ("drag", notches)
