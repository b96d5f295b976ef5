"""Particles in arrays that are made once."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_FIELDS = ("delay", "life", "x", "y", "right", "down", "look")


class LiveParticles(NamedTuple):
    """Particles at a moment, each of shape (n,).

    age: seconds. share: of their life that has passed, 0..1. x, y: where they began, in cells from the top
    left of the board. right, down: their speed then, in cells per second. look: a number that says what they
    look like.
    """

    age: Floats
    share: Floats
    x: Floats
    y: Floats
    right: Floats
    down: Floats
    look: Floats


class Particles:
    """Up to `capacity` particles; the oldest give way to new ones.

    It keeps how they began; where they are follows from their age alone.
    """

    def __init__(self, capacity: int) -> None:
        self._values = np.zeros((len(_FIELDS), capacity))
        self._next = 0
        self.end = -math.inf
        """When the last of them is gone."""

    def emit(self, now: float, delay: Floats, life: Floats, **begin: Floats | float) -> None:
        """Add n particles that live for `life` seconds from `delay` seconds after `now`.

        delay, life: (n,). begin: x, y, right, down and look, each (n,) or one for all; 0 if left out.
        """
        count = min(len(life), self._values.shape[1])
        if not count:
            return
        at = (self._next + np.arange(count)) % self._values.shape[1]
        self._next = (self._next + count) % self._values.shape[1]
        for row, name in enumerate(_FIELDS[2:], start=2):
            value = begin.get(name, 0.0)
            self._values[row, at] = value[:count] if isinstance(value, np.ndarray) else value
        self._values[0, at] = now + delay[:count]
        self._values[1, at] = life[:count]
        self.end = max(self.end, now + float((delay + life).max()))

    def live(self, now: float) -> LiveParticles | None:
        """Those that live now, None if there are none."""
        if now >= self.end:
            return None
        age = now - self._values[0]
        shown = (age >= 0.0) & (age < self._values[1])
        if not shown.any():
            return None
        age, (life, *begin) = age[shown], self._values[1:, shown]
        return LiveParticles(age, age / life, *begin)

    def waits(self, now: float) -> bool:
        """Whether some of them live, or will."""
        return now < self.end

    def clear(self) -> None:
        self._values[1] = 0.0
        self.end = -math.inf
