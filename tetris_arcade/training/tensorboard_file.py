"""stable-baselines3's TensorBoard writer on a file of our own, which survives a full disk.

tensorboard's own file is written by a thread: a full disk ends it with a traceback, and the curve with it.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import socket
import time
from pathlib import Path
from typing import Any

from stable_baselines3.common.logger import TensorBoardOutputFormat
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.summary.writer.record_writer import RecordWriter
from torch.utils.tensorboard.writer import FileWriter, SummaryWriter

_numbers = itertools.count()


class TensorBoardFormat(TensorBoardOutputFormat):
    """Writes into `folder`; hides what was logged there after `resumed_at`, if that is given."""

    def __init__(self, folder: Path, resumed_at: int | None) -> None:
        self.writer = _SummaryWriter(folder, resumed_at)
        self._is_closed = False


class _SummaryWriter(SummaryWriter):
    file_writer: Any
    all_writers: Any

    def __init__(self, folder: Path, resumed_at: int | None) -> None:
        self._events = _EventFile(folder, resumed_at)
        super().__init__(str(folder))

    def _get_file_writer(self) -> Any:
        if self.file_writer is None:
            self.file_writer = _FileWriter(self._events)
            self.all_writers = {self.log_dir: self.file_writer}
        return self.file_writer


class _FileWriter(FileWriter):
    def __init__(self, events: _EventFile) -> None:
        self.event_writer = events


class _EventFile:
    """Appends each event completely or not at all; the file is made for the first one.

    It takes the place of tensorboard's `EventFileWriter`.
    """

    def __init__(self, folder: Path, resumed_at: int | None) -> None:
        name = f"events.out.tfevents.{int(time.time()):010d}.{socket.gethostname()}.{os.getpid()}"
        self._path = folder / f"{name}.{next(_numbers)}"
        self._resumed_at = resumed_at
        self._descriptor: int | None = None
        self._size = 0

    def get_logdir(self) -> str:
        return str(self._path.parent)

    def add_event(self, event: Any) -> None:
        """Append an event; raises OSError if it cannot be written, and leaves the file as it was."""
        events = [*self._first_events(), event] if self._size == 0 else [event]
        self._append(b"".join(map(_encode, events)))

    def flush(self) -> None:
        """Nothing waits to be written."""

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _first_events(self) -> list[Any]:
        events = [Event(wall_time=time.time(), file_version="brain.Event:2")]
        if self._resumed_at is not None:
            start = SessionLog(status=SessionLog.START)
            events.append(Event(wall_time=time.time(), step=self._resumed_at + 1, session_log=start))
        return events

    def _append(self, record: bytes) -> None:
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o644)
        remaining = memoryview(record)
        try:
            os.lseek(self._descriptor, self._size, os.SEEK_SET)
            while remaining:
                remaining = remaining[os.write(self._descriptor, remaining) :]
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._size)
            raise
        self._size += len(record)


def _encode(event: Any) -> bytes:
    buffer = io.BytesIO()
    RecordWriter(buffer).write(event.SerializeToString())
    return buffer.getvalue()
