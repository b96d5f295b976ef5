"""The heartbeat file: the window touches it once per second, and the supervisor watches it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.worker.viewer.supervision import StallTimer

_BEAT_SECONDS = 1.0


def heartbeat_file(paths: DataPaths) -> Path:
    """The file whose modification time is the time of the last beat."""
    return paths.logs / "kiosk.heartbeat"


class HeartbeatWriter:
    """Touches the file about once per second, from the frame loop: a frozen screen stops it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._next_at = 0.0

    def beat(self, now: float) -> None:
        """Touch the file if it is time; a disk that cannot be written is ignored."""
        if now < self._next_at:
            return
        self._next_at = now + _BEAT_SECONDS
        with contextlib.suppress(OSError):
            touch(self._file)


def touch(file: Path) -> None:
    """Set the modification time to now, and create the file if needed; raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    os.utime(file)


class HeartbeatReader:
    """Measures how long a window has been silent, from its start on.

    It compares modification times and counts on the monotonic clock, so that a changed system time or a
    suspended machine does not look like a silent window.
    """

    def __init__(self, file: Path, now: float) -> None:
        self._file = file
        self._mtime_at_start = self._mtime()
        self._timer = StallTimer(self._mtime_at_start, now)
        self.has_beaten = False

    def silent_seconds(self, now: float) -> float:
        """Seconds since the last beat, or since the start; call this often."""
        mtime = self._mtime()
        self.has_beaten = self.has_beaten or mtime not in (0, self._mtime_at_start)
        return self._timer.update(mtime, now)

    def can_write(self) -> bool:
        """Whether the file can be written; if not, silence says nothing about the window."""
        try:
            touch(self._file)
        except OSError:
            return False
        return True

    def _mtime(self) -> int:
        """The file's modification time in nanoseconds, 0 if there is no file."""
        try:
            return self._file.stat().st_mtime_ns
        except OSError:
            return 0
