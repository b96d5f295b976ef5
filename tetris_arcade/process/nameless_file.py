"""Files without a name: no other program can reach them, and the system frees each with its last user."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile


def open_nameless_file(label: str) -> int:
    """A descriptor of a new file in memory, or on disk where the system has or allows none in memory.

    label: for the system's lists. Raises OSError if there is no such file either.
    """
    with contextlib.suppress(AttributeError, OSError):
        return os.memfd_create(label)
    with tempfile.TemporaryFile(prefix=label) as file:
        return os.dup(file.fileno())


def read_end(descriptor: int, max_bytes: int) -> bytes:
    """The last bytes of an open file, at most this many; nothing if it cannot be read.

    Its position stays as it is, except on Windows.
    """
    with contextlib.suppress(OSError):
        start = max(0, os.fstat(descriptor).st_size - max_bytes)
        if sys.platform != "win32":
            return os.pread(descriptor, max_bytes, start)
        os.lseek(descriptor, start, os.SEEK_SET)
        return os.read(descriptor, max_bytes)
    return b""
