"""Memory that a viewer shares with its workers."""

from __future__ import annotations

import contextlib
import mmap
import os
import secrets
import sys
from multiprocessing import reduction
from typing import Any

from tetris_arcade.process.nameless_file import open_nameless_file

SEGMENT_NAME = "tarcade"
"""Names the memory in the system's lists; it is not the name of a file."""


class Segment:
    """Zeroed shared memory that belongs to the processes that use it, and to nobody else.

    It is a file without a name: no other program, of whatever container, can mistake it for a stale one and
    remove it, and the system frees it with the last process that uses it, even if all of them are killed. A
    worker receives it as an argument of its process.
    """

    def __init__(self, size: int) -> None:
        """Allocate it; raises OSError if there is not enough memory."""
        self.size = size
        self._file: int | None = None
        self._tag = ""
        if sys.platform == "win32":
            self._tag = f"{SEGMENT_NAME}_{os.getpid()}_{secrets.token_hex(6)}"
        else:
            self._file = open_nameless_file(SEGMENT_NAME)
            self._allocate()

    @classmethod
    def from_descriptor(cls, descriptor: int, size: int) -> Segment:
        """The memory behind a descriptor that another process has sent; it then belongs to the segment.

        Raises OSError if it is smaller than `size`: reading beyond its end would end this process.
        """
        if os.fstat(descriptor).st_size < size:
            os.close(descriptor)
            raise OSError("the shared memory is smaller than it should be")
        segment = cls.__new__(cls)
        segment.size, segment._file, segment._tag = size, descriptor, ""
        return segment

    def read_only_descriptor(self) -> int:
        """A new descriptor for another process, with which it can only read where the system allows that."""
        assert self._file is not None
        with contextlib.suppress(OSError):
            return os.open(f"/proc/self/fd/{self._file}", os.O_RDONLY)
        return os.dup(self._file)

    def map(self, *, read_only: bool = False) -> mmap.mmap:
        """Make the memory accessible to this process."""
        access = mmap.ACCESS_READ if read_only else mmap.ACCESS_WRITE
        if sys.platform == "win32":
            return mmap.mmap(-1, self.size, tagname=self._tag, access=access)
        assert self._file is not None
        return mmap.mmap(self._file, self.size, access=access)

    def close(self) -> None:
        """Close the file; mapped memory stays usable."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _allocate(self) -> None:
        """Allocate all pages: Linux would otherwise kill a process that writes to a page it cannot have."""
        assert self._file is not None
        try:
            os.ftruncate(self._file, self.size)
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(self._file, 0, self.size)
        except OSError as error:
            self.close()
            raise OSError(error.errno, error.strerror, "the shared memory") from error

    def __getstate__(self) -> dict[str, Any]:
        """Called while a child process is started: passes the open file on to it."""
        file = None if self._file is None else reduction.DupFd(self._file)
        return {"size": self.size, "tag": self._tag, "file": file}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.size, self._tag = state["size"], state["tag"]
        self._file = None if state["file"] is None else state["file"].detach()
