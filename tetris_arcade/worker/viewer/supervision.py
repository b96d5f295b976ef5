"""When a worker is given up, and when the next one is started: limits, silence and growing pauses."""

from __future__ import annotations

from dataclasses import dataclass


class Backoff:
    """The pause before the next start, in seconds: doubling with every failure from the first to the longest,
    short again after a process that was at work for as long as `healthy`."""

    def __init__(self, first: float, longest: float, healthy: float) -> None:
        self._first, self._longest, self._healthy = first, longest, healthy
        self._pause = first

    def next_delay(self, worked_seconds: float) -> float:
        """Seconds to wait after one that failed when it had worked for so long."""
        if worked_seconds >= self._healthy:
            self._pause = self._first
        pause = self._pause
        self._pause = min(2 * pause, self._longest)
        return pause


@dataclass(frozen=True)
class Timeouts:
    """Seconds that a worker is given.

    start_up: without a sign of life before the work begins: imports hold everything up, and what is reported
    on the way is a sign of life.
    compiling: the same where the engine is yet to be compiled: one kernel holds everything up, on a machine
    with much else to do for minutes.
    heartbeat: without a heartbeat, which ticks as long as the process can run at all.
    progress: without the work itself going on, saving and evaluating included.
    save: to save and end after it was asked to; `terminate` after that it is killed.
    first_pause, longest_pause: before it is started again; the pause doubles with every failure.
    healthy: of work after which a failure counts as the first one again.
    """

    start_up: float = 180.0
    compiling: float = 900.0
    heartbeat: float = 10.0
    progress: float = 120.0
    save: float = 4.0
    terminate: float = 0.6
    first_pause: float = 0.5
    longest_pause: float = 60.0
    healthy: float = 60.0

    def new_backoff(self) -> Backoff:
        """The pauses between a worker's starts."""
        return Backoff(self.first_pause, self.longest_pause, self.healthy)


class StallTimer:
    """How long a number has stood still, in time during which the watcher itself was awake.

    A viewer that was suspended, or dragged by its title bar, must not blame the worker for the time.
    """

    _MAX_GLANCE = 0.25

    def __init__(self, value: int, now: float) -> None:
        self._value = value
        self._looked_at = now
        self._seconds = 0.0

    def seconds(self, value: int, now: float) -> float:
        """Seconds for which the number has been what it is now."""
        self._seconds += min(now - self._looked_at, self._MAX_GLANCE)
        self._looked_at = now
        if value != self._value:
            self._value = value
            self._seconds = 0.0
        return self._seconds


class LivenessMonitor:
    """The two numbers by which a worker shows that it runs and that its work goes on."""

    def __init__(
        self, limits: Timeouts, heartbeat: int, progress: int, now: float, compiles: bool = False
    ) -> None:
        """`compiles`: whether it has to compile the engine before its work begins."""
        self._limits = limits
        self._start_up = limits.compiling if compiles else limits.start_up
        self._heartbeat = StallTimer(heartbeat, now)
        self._progress = StallTimer(progress, now)

    def stalled_seconds(self, heartbeat: int, progress: int, is_starting: bool, now: float) -> float | None:
        """Seconds for which it has been silent where that is too long, else None."""
        silence = self._heartbeat.seconds(heartbeat, now)
        stillness = self._progress.seconds(progress, now)
        if silence >= (self._start_up if is_starting else self._limits.heartbeat):
            return silence
        if stillness >= (self._start_up if is_starting else self._limits.progress):
            return stillness
        return None
