"""Gestures of a finger that plays: drags move the piece, flicks drop it, hold it or let it fall."""

from __future__ import annotations

import time
from collections.abc import Callable

import pygame
from pygame.event import Event

from tetris_arcade.realtime.controls import Control

_STEP_SHARE = 0.055
"""Of the window's shorter side: how far a finger moves for a step of the piece."""
_FLICK_SECONDS, _FLICK_STEPS = 0.22, 2.0
"""A flick is at least so long, and over within this time."""


class GestureReader:
    """Follows one finger. A tap is none of its gestures."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._start: tuple[int, int] | None = None
        self._started_at = 0.0
        self._steps = (0, 0)
        """The steps to the right, and down, that are done."""

    def read(self, event: Event) -> list[Control]:
        """The controls that an event of a touch screen presses, each of them for a moment."""
        if event.type == pygame.MOUSEBUTTONDOWN:
            self._start, self._started_at, self._steps = event.pos, self._clock(), (0, 0)
        elif self._start is None:
            return []
        elif event.type == pygame.MOUSEMOTION:
            return self._drag(*self._moved(event.pos))
        elif event.type == pygame.MOUSEBUTTONUP:
            moved, self._start = self._moved(event.pos), None
            return self._flick(*moved)
        return []

    def _moved(self, position: tuple[int, int]) -> tuple[float, float]:
        """(steps to the right, steps down) since the finger came down."""
        assert self._start is not None
        step = max(1.0, min(pygame.display.get_window_size()) * _STEP_SHARE)
        return (position[0] - self._start[0]) / step, (position[1] - self._start[1]) / step

    def _drag(self, right: float, down: float) -> list[Control]:
        """Steps to a side at once; steps down only once the finger is too slow for a flick."""
        done_right, done_down = self._steps
        more = int(right) - done_right
        control = Control.MOVE_RIGHT if more > 0 else Control.MOVE_LEFT
        is_slow = self._clock() - self._started_at > _FLICK_SECONDS
        falls = max(0, int(down) - done_down) if is_slow and down > abs(right) else 0
        self._steps = int(right), max(done_down, int(down))
        return [control] * abs(more) + [Control.SOFT_DROP] * falls

    def _flick(self, right: float, down: float) -> list[Control]:
        is_flick = self._clock() - self._started_at <= _FLICK_SECONDS
        if not is_flick or abs(down) < _FLICK_STEPS or abs(down) < abs(right):
            return []
        return [Control.HARD_DROP if down > 0 else Control.HOLD]
