"""One program at a time writes in a data folder; a second one looks on."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.errors import describe_os_error

IN_USE = "Another Tetris Arcade uses this data folder; this one opens for viewing and demo only."


class DataLock:
    """The right to write in one data folder, held until it is released or the process ends, however it ends.

    It rests on the operating system's own file lock, which a killed process gives back at once.
    `path`: another right than to write, by a lock of its own. `why_not` says in one sentence why it was not
    had; `is_taken`, whether because another program has it.
    """

    def __init__(self, paths: DataPaths, path: Path | None = None) -> None:
        self._path = path or paths.lock_file
        # Not thread-local: the viewer may release it from another thread than the one that took it.
        self._lock = FileLock(self._path, thread_local=False)
        self.why_not: str | None = None
        self.is_taken = False

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock now."""
        return self._lock.is_locked

    def acquire(self) -> bool:
        """Take the lock if it is free; never waits, never raises."""
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
        """Give the lock back; nothing happens where it is not held."""
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
