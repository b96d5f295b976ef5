"""Sixty frames a second by deadlines: pygame's own clock rounds to milliseconds and gives 62."""

from __future__ import annotations

import time

FRAMES_PER_SECOND = 60
_SPIN_SECONDS = 0.0004


class FrameClock:
    """Waits for the next frame's deadline. A frame that is late moves the deadlines, it is not caught up
    with."""

    def __init__(self, frames_per_second: float = FRAMES_PER_SECOND) -> None:
        self._period = 1.0 / frames_per_second
        self._deadline = time.perf_counter()

    def wait(self) -> None:
        """Sleep until the next frame is due."""
        self._deadline += self._period
        left = self._deadline - time.perf_counter()
        if left <= 0:
            self._deadline = time.perf_counter()
            return
        if left > _SPIN_SECONDS:
            time.sleep(left - _SPIN_SECONDS)
        while time.perf_counter() < self._deadline:
            pass
