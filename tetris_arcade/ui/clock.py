"""A frame clock with deadlines. `pygame.time.Clock` rounds to milliseconds: 62 frames per second, not 60."""

from __future__ import annotations

import time

FRAMES_PER_SECOND = 60
_SPIN_SECONDS = 0.0004


class FrameClock:
    """Waits for the deadline of the next frame. A late frame moves all later deadlines."""

    def __init__(self, frames_per_second: float = FRAMES_PER_SECOND) -> None:
        self._period = 1.0 / frames_per_second
        self._deadline = time.perf_counter()

    def wait(self) -> None:
        """Sleep until the next frame is due."""
        self._deadline += self._period
        remaining = self._deadline - time.perf_counter()
        if remaining <= 0:
            self._deadline = time.perf_counter()
            return
        if remaining > _SPIN_SECONDS:
            time.sleep(remaining - _SPIN_SECONDS)
        while time.perf_counter() < self._deadline:
            pass
