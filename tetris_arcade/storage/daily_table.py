"""Tables of one CSV file per day, to which rows are appended; the oldest files are deleted."""

from __future__ import annotations

import contextlib
import csv
import errno
import io
import os
import re
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from tetris_arcade.storage.atomic import file_size, read_file

_MAX_FILE_BYTES = 256 * 1024
_MAX_FILES = 400
_MAX_WAITING = 1_000
_OPEN_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Opening a named pipe must not block."""
_NAME = re.compile(r"\d{4}-\d{2}-\d{2}\.csv")


class DailyTable:
    """Appends rows with the same columns to `FOLDER/YYYY-MM-DD.csv`.

    A row is written whole, by one call of the system, or not at all: a process that is killed, or a full
    disk, damages no other row. What cannot be written waits in memory for the next `add` or `flush`, up to
    1,000 rows. A day's file takes rows up to 256 KiB, and 400 files are kept.
    """

    def __init__(self, folder: Path, columns: Sequence[str]) -> None:
        self._folder, self._columns = folder, tuple(columns)
        self._waiting: deque[tuple[date, bytes]] = deque(maxlen=_MAX_WAITING)

    def add(self, day: date, row: Sequence[object]) -> None:
        """Append a row of one day, and those that wait."""
        self._waiting.append((day, _encode(row)))
        self.flush()

    def flush(self) -> None:
        """Try to write the waiting rows; those that cannot be written keep waiting."""
        with contextlib.suppress(OSError):
            while self._waiting:
                self._write(*self._waiting[0])
                self._waiting.popleft()

    def rows(self, day: date) -> list[Mapping[str, str]]:
        """The whole rows of a day, by column. Raises StorageError if the file cannot be read."""
        path = self._path(day)
        if file_size(path) is None:
            return []
        content = read_file(path, 2 * _MAX_FILE_BYTES)
        # Each line by itself: the quotes of one that is not whole would take the next ones in.
        lines = [_decode(text) for text in content.decode(errors="replace").splitlines()]
        whole = [line for line in lines if len(line) == len(self._columns) and line != list(self._columns)]
        return [dict(zip(self._columns, line, strict=True)) for line in whole]

    def _path(self, day: date) -> Path:
        return self._folder / f"{day:%Y-%m-%d}.csv"

    def _write(self, day: date, row: bytes) -> None:
        path = self._path(day)
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._delete_oldest()
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | _OPEN_FLAGS, 0o644)
        try:
            size = os.fstat(file).st_size
            if size <= _MAX_FILE_BYTES:
                self._append(file, size, row)
        finally:
            os.close(file)

    def _append(self, file: int, size: int, row: bytes) -> None:
        start = _encode(self._columns) if size == 0 else b"" if _ends_a_line(file, size) else b"\n"
        content = start + row
        if os.write(file, content) < len(content):
            os.ftruncate(file, size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _delete_oldest(self) -> None:
        """Make room for a new file."""
        days = sorted(name for name in os.listdir(self._folder) if _NAME.fullmatch(name))
        for name in days[: max(0, len(days) + 1 - _MAX_FILES)]:
            with contextlib.suppress(OSError):
                os.unlink(self._folder / name)


def _encode(row: Sequence[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(row)
    return line.getvalue().encode()


def _decode(text: str) -> list[str]:
    """The cells of a line; none if it is no line of a table."""
    try:
        return next(csv.reader([text]), [])
    except csv.Error:  # Such as a cell of more than 128 KiB, of what a power cut left.
        return []


def _ends_a_line(file: int, size: int) -> bool:
    """Whether the last line of a file is whole; it may not be after the power was cut."""
    os.lseek(file, size - 1, os.SEEK_SET)
    return os.read(file, 1) == b"\n"
