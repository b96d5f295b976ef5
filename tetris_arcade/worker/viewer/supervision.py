"""When a worker counts as stalled and when it is restarted: timeouts, liveness and back-off."""

from __future__ import annotations

from dataclasses import dataclass


class Backoff:
    """The delay before a restart, in seconds: doubled after every failure, from `first` up to `longest`.

    It is reset by a process that ran for at least `healthy` seconds.
    """

    def __init__(self, first: float, longest: float, healthy: float) -> None:
        self._first, self._longest, self._healthy = first, longest, healthy
        self._delay = first

    def next_delay(self, run_seconds: float) -> float:
        """Seconds to wait after a process that failed after `run_seconds`."""
        if run_seconds >= self._healthy:
            self._delay = self._first
        delay = self._delay
        self._delay = min(2 * delay, self._longest)
        return delay


@dataclass(frozen=True)
class Timeouts:
    """Timeouts of a worker, in seconds.

    start_up: without a sign of life before the work starts. Imports block the process; progress reports count
    as signs of life.
    compiling: the same if the kernels are not compiled yet: one kernel blocks the process, for minutes on a
    busy machine.
    heartbeat: without a heartbeat, which is sent as long as the process is scheduled.
    progress: without progress of the work, which includes saving and evaluating.
    save: from a stop request to SIGTERM. terminate: from SIGTERM to SIGKILL.
    first_delay, longest_delay: before a restart; the delay doubles with every failure.
    healthy: of work, after which the delay starts again at `first_delay`.
    """

    start_up: float = 180.0
    compiling: float = 900.0
    heartbeat: float = 10.0
    progress: float = 120.0
    save: float = 4.0
    terminate: float = 0.6
    first_delay: float = 0.5
    longest_delay: float = 60.0
    healthy: float = 60.0

    def new_backoff(self) -> Backoff:
        return Backoff(self.first_delay, self.longest_delay, self.healthy)


class StallTimer:
    """Measures for how long a number has not changed, in time during which the observer was awake.

    A viewer that was suspended, or dragged by its title bar, must not blame the worker for that time.
    """

    _MAX_INTERVAL_SECONDS = 0.25

    def __init__(self, value: int, now: float) -> None:
        self._value = value
        self._updated_at = now
        self._seconds = 0.0

    def update(self, value: int, now: float) -> float:
        """Take the current value; return the seconds since it changed."""
        self._seconds += min(now - self._updated_at, self._MAX_INTERVAL_SECONDS)
        self._updated_at = now
        if value != self._value:
            self._value = value
            self._seconds = 0.0
        return self._seconds


class LivenessMonitor:
    """Watches the heartbeat and progress counters of a worker."""

    def __init__(
        self, timeouts: Timeouts, heartbeat: int, progress: int, now: float, compiles: bool = False
    ) -> None:
        """`compiles`: whether it has to compile the kernels before its work starts."""
        self._timeouts = timeouts
        self._start_up = timeouts.compiling if compiles else timeouts.start_up
        self._heartbeat = StallTimer(heartbeat, now)
        self._progress = StallTimer(progress, now)

    def stalled_seconds(self, heartbeat: int, progress: int, is_starting: bool, now: float) -> float | None:
        """Seconds for which one of the counters has stalled if that exceeds its timeout, else None."""
        heartbeat_stall = self._heartbeat.update(heartbeat, now)
        progress_stall = self._progress.update(progress, now)
        if heartbeat_stall >= (self._start_up if is_starting else self._timeouts.heartbeat):
            return heartbeat_stall
        if progress_stall >= (self._start_up if is_starting else self._timeouts.progress):
            return progress_stall
        return None
