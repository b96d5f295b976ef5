"""The standard streams as a program that must go on needs them: always there, and never a reason to fail.

A terminal is closed, a pipe is read by `head -1`, a log fills its disk: words are lost, and nothing else.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable

_STDOUT, _STDERR = 1, 2


class _QuietFile(io.FileIO):
    """A file that takes everything; `fault` is the first reason why something was lost."""

    fault: OSError | None = None

    def write(self, data: object) -> int:
        try:
            written = super().write(data)  # type: ignore[arg-type]
        except OSError as error:
            self.fault = self.fault or error
            written = None
        return memoryview(data).nbytes if written is None else written  # type: ignore[arg-type]


class RobustStdio:
    """Standard output and error in the place of Python's own."""

    def __init__(self, output: int = _STDOUT, error: int = _STDERR) -> None:
        self._output = _QuietFile(output, "w", closefd=False)
        self._error = _QuietFile(error, "w", closefd=False)

    def install(self) -> None:
        """Let the program speak through these from now on."""
        sys.stdout, sys.stderr = _text(self._output, sys.stdout), _text(self._error, sys.stderr)

    def close(self) -> OSError | None:
        """Write what is left; why something of the output was lost, None where nothing was."""
        sys.stdout.flush()
        sys.stderr.flush()
        return self._output.fault


def open_devnull_for_closed_stdio(descriptors: Iterable[int] = (0, _STDOUT, _STDERR)) -> None:
    """Put nothing in the place of standard streams that were closed.

    A checkpoint would get their number otherwise, and a library that complains would write into it.
    """
    for descriptor in descriptors:
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # It gets the lowest number that is free.


def _text(file: _QuietFile, before: io.TextIOBase | object) -> io.TextIOWrapper:
    """Text as Python would write it there, but with signs that its encoding lacks escaped."""
    return io.TextIOWrapper(
        io.BufferedWriter(file),
        encoding=getattr(before, "encoding", None) or "utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )
