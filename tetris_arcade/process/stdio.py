"""Standard output and error that are always open and never raise.

If the terminal is closed, the reader of a pipe exits (`| head -1`) or the disk of a log is full, output is
lost and the program continues.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable

_STDIN, _STDOUT, _STDERR = 0, 1, 2


class LossTolerantFile(io.FileIO):
    """A file whose writes never raise; `fault` is the first error that lost data."""

    fault: OSError | None = None

    def write(self, data: object) -> int:
        try:
            written = super().write(data)  # type: ignore[arg-type]
        except OSError as error:
            self.fault = self.fault or error
            written = None
        return memoryview(data).nbytes if written is None else written  # type: ignore[arg-type]


class RobustStdio:
    """Replaces `sys.stdout` and `sys.stderr` by loss-tolerant streams."""

    def __init__(self, stdout: int = _STDOUT, stderr: int = _STDERR) -> None:
        self._stdout = LossTolerantFile(stdout, "w", closefd=False)
        self._stderr = LossTolerantFile(stderr, "w", closefd=False)

    def install(self) -> None:
        """Use these streams from now on."""
        sys.stdout, sys.stderr = _text(self._stdout, sys.stdout), _text(self._stderr, sys.stderr)

    def close(self) -> OSError | None:
        """Flush both streams; the error that lost data of standard output, None if nothing was lost."""
        sys.stdout.flush()
        sys.stderr.flush()
        return self._stdout.fault


def open_devnull_for_closed_stdio(descriptors: Iterable[int] = (_STDIN, _STDOUT, _STDERR)) -> None:
    """Open /dev/null in place of closed standard streams.

    Otherwise the next opened file, such as a checkpoint, gets their number, and a library that prints writes
    into it.
    """
    for descriptor in descriptors:
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # Gets the lowest free number.


def _text(file: LossTolerantFile, replaced: io.TextIOBase | object) -> io.TextIOWrapper:
    """A text stream in the replaced stream's encoding; characters that it lacks are escaped."""
    return io.TextIOWrapper(
        io.BufferedWriter(file),
        encoding=getattr(replaced, "encoding", None) or "utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )
