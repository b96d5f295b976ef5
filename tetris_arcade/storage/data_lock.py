"""The lock of a data folder: one program at a time writes, the others only read."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.errors import describe_os_error

IN_USE = "Another Tetris Arcade uses this data folder; this one opens for viewing and demo only."


class DataLock:
    """The exclusive right to write in a data folder.

    Based on the operating system's file lock, which is released as soon as the process ends, even if killed.
    path: the lock file of another exclusive right, such as the kiosk's. After a failed `acquire`, `why_not`
    is the reason as a sentence, and `is_taken` tells whether another program holds the lock.
    """

    def __init__(self, paths: DataPaths, path: Path | None = None) -> None:
        self._path = path or paths.lock_file
        # Not thread-local: the viewer may release it in another thread than it acquired it in.
        # The lock file itself must not be a link, but may be behind one.
        self._lock = FileLock(os.path.realpath(self._path), thread_local=False)
        self.why_not: str | None = None
        self.is_taken = False

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock now."""
        return self._lock.is_locked

    def acquire(self) -> bool:
        """Acquire the lock if it is free; never blocks, never raises. Returns whether it is held."""
        if self.is_held:
            return True
        self.why_not, self.is_taken = None, False
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            self.why_not, self.is_taken = IN_USE, True
        except (OSError, NotImplementedError) as error:
            self.why_not = (
                f"The data folder cannot be written to, {describe_os_error(error)}; nothing will be saved."
            )
        return self.why_not is None

    def release(self) -> None:
        """Release the lock if it is held."""
        if self.is_held:
            self._lock.release()

    def __enter__(self) -> DataLock:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()
