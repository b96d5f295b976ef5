"""A quantity that glides to its aim."""

from __future__ import annotations

import math


class Level:
    """Approaches its aim exponentially; `seconds` is its time constant."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._from = self._aim = 0.0
        self._since = 0.0

    def at(self, now: float) -> float:
        """The value at a time in seconds, not before the last `aim`."""
        return self._aim + (self._from - self._aim) * math.exp((self._since - now) / self._seconds)

    def aim(self, now: float, value: float) -> None:
        """Go to a value from now on."""
        if value != self._aim:
            self._from, self._aim, self._since = self.at(now), value, now
