"""What a worker writes to its standard error before its work starts: it tells why a start failed."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import reduction
from typing import Any

from tetris_arcade.process.nameless_file import open_nameless_file, read_end

_LABEL = "worker-stderr"
_MAX_BYTES = 16 * 1024
_STDERR = 2


class StartupErrors:
    """Keeps the start-up's standard error in a file in memory.

    A process that cannot import Python's own modules, or that a library ends, reports nothing else. The
    viewer starts the process within `captured`. The process receives this object as an argument and calls
    `release` when its work starts: its output then goes where the viewer's goes. On Windows, and where the
    system has no such file, nothing is kept.
    """

    def __init__(self) -> None:
        self._file: int | None = None
        self._stderr: int | None = None
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                self._file = open_nameless_file(_LABEL)

    @contextmanager
    def captured(self) -> Iterator[None]:
        """Within the block, a started process has the file as its standard error."""
        if self._file is None:
            yield
            return
        # Its lifetime is the program's: it must not keep the file.
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()
        self._stderr = os.dup(_STDERR)
        os.dup2(self._file, _STDERR)
        try:
            yield
        finally:
            os.dup2(self._stderr, _STDERR)
            os.close(self._stderr)
            self._stderr = None

    def text(self) -> str:
        """What the process has written and not released; at most the last 16 KiB."""
        return "" if self._file is None else read_end(self._file, _MAX_BYTES).decode(errors="replace").strip()

    def release(self) -> None:
        """In the process: write what was kept to the viewer's standard error, and use that from now on."""
        if self._stderr is None:
            return
        with contextlib.suppress(OSError, ValueError, AttributeError):
            sys.stderr.flush()
        with contextlib.suppress(OSError):
            kept = read_end(_STDERR, _MAX_BYTES)
            os.ftruncate(_STDERR, 0)
            os.dup2(self._stderr, _STDERR)
            os.write(_STDERR, kept)
        with contextlib.suppress(OSError):
            os.close(self._stderr)
        self._stderr = None

    def close(self) -> None:
        """In the viewer: free the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __getstate__(self) -> dict[str, Any]:
        """Called while the process is started: passes the viewer's standard error on to it."""
        return {"stderr": None if self._stderr is None else reduction.DupFd(self._stderr)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._file = None
        self._stderr = None if state["stderr"] is None else state["stderr"].detach()
