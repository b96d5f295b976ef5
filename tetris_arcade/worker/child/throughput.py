"""How often something happens a second, as a number that a person can read."""

from __future__ import annotations


class Throughput:
    """Happenings per second over the last second or so; `per_second` is 0 until the first can be told."""

    _WINDOW_SECONDS = 1.0

    def __init__(self) -> None:
        self._count = 0
        self._time: float | None = None
        self.per_second = 0.0

    def update(self, count: int, seconds: float) -> None:
        """Take note of how many there were, of all, after so many seconds of work."""
        if self._time is None or count < self._count:
            self._count, self._time = count, seconds
        elapsed = seconds - self._time
        if elapsed >= self._WINDOW_SECONDS and count > self._count:
            self.per_second = (count - self._count) / elapsed
            self._count, self._time = count, seconds
