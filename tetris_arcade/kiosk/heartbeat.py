"""A sign of life: the window touches a file, and the supervisor, or anybody else, sees that it still does."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.worker.viewer.supervision import StallTimer

_BEAT_SECONDS = 1.0


def heartbeat_file(paths: DataPaths) -> Path:
    """Where it lies; its time of change is the last beat."""
    return paths.logs / "kiosk.heartbeat"


class HeartbeatWriter:
    """Beats about once a second, from the loop that draws: a screen that hangs does not beat."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._next_at = 0.0

    def beat(self, now: float) -> None:
        """Touch the file, if it is time; a disk that cannot be written is no reason to stop."""
        if now < self._next_at:
            return
        self._next_at = now + _BEAT_SECONDS
        with contextlib.suppress(OSError):
            touch(self._file)


def touch(file: Path) -> None:
    """Make the file's time of change now, which no reader sees half done; raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    os.utime(file)


class HeartbeatReader:
    """Listens for the beats of one window, from when it was started.

    It counts by the clock that nobody sets: a machine that learns the time from the network, or that was
    suspended, has no silent window.
    """

    def __init__(self, file: Path, now: float) -> None:
        self._file = file
        self._begun_with = self._stamp()
        self._watch = StallTimer(self._begun_with, now)
        self.has_beaten = False

    def silent_seconds(self, now: float) -> float:
        """Seconds since the last beat, or since the start; to be called often."""
        stamp = self._stamp()
        self.has_beaten = self.has_beaten or stamp not in (0, self._begun_with)
        return self._watch.seconds(stamp, now)

    def can_write(self) -> bool:
        """Whether silence means anything: not where the file cannot be written at all."""
        try:
            touch(self._file)
        except OSError:
            return False
        return True

    def _stamp(self) -> int:
        """The file's time of change in nanoseconds, 0 where there is no file."""
        try:
            return self._file.stat().st_mtime_ns
        except OSError:
            return 0
