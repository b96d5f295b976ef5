"""A sign of life: the window touches a file, the supervisor, and anybody else, sees how long ago."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from tetris_arcade.paths import DataPaths

_BEAT_SECONDS = 1.0


def heartbeat_file(paths: DataPaths) -> Path:
    """Where it lies; its time of change is the last beat."""
    return paths.logs / "kiosk.heartbeat"


class Heart:
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
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch()
            os.utime(self._file)


def silent_seconds(file: Path) -> float | None:
    """Seconds since the last beat; None where there was none."""
    try:
        return max(0.0, time.time() - file.stat().st_mtime)
    except OSError:
        return None
