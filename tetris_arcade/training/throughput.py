"""Rates for displays: timesteps, updates or moves per second."""

from __future__ import annotations


class Throughput:
    """Events per second over the last second or more; 0 until it is known."""

    _MIN_WINDOW_SECONDS = 1.0

    def __init__(self) -> None:
        self._window_start: tuple[int, float] | None = None
        self.per_second = 0.0

    def update(self, count: int, seconds: float) -> float:
        """Return the rate, given the events so far and the seconds that they took."""
        if self._window_start is None or count < self._window_start[0]:
            self._window_start = count, seconds
        events, elapsed = count - self._window_start[0], seconds - self._window_start[1]
        if events > 0 and elapsed >= self._MIN_WINDOW_SECONDS:
            self.per_second = events / elapsed
            self._window_start = count, seconds
        return self.per_second
