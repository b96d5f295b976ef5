"""The child's end of everything that goes between it and the viewer."""

from __future__ import annotations

import dataclasses
import time
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from tetris_arcade.worker.shared.controls import Controls
from tetris_arcade.worker.shared.messages import QueuedCommand, Report, Started, WorkerState
from tetris_arcade.worker.shared.pipes import MESSAGE_SIZE, pickle_message, set_nonblocking
from tetris_arcade.worker.shared.telemetry import Record, SharedCell, Telemetry, empty_frame

_TEXT_SIZE = 1_200
_FRAME_SECONDS = 1 / 60
_MAX_REPORTS_KEPT = 256


class Channel:
    """What a task is given to be steered by and to show itself with; used from the child's main thread.

    frame: the FRAME record, (1,), that the task fills in and `publish_frame` publishes.
    """

    def __init__(self, telemetry: Telemetry, commands: Connection, reports: Connection) -> None:
        self._telemetry = telemetry
        self._commands = commands
        self._reports = reports
        self._unsent: deque[bytes] = deque(maxlen=_MAX_REPORTS_KEPT)
        self._commands_taken = 0
        self._is_told_to_stop = False
        self._frame_due_at = 0.0
        self.levels = Controls(telemetry.cells)
        self.frame: Record = empty_frame()
        # A viewer that does not read must not hold up the work.
        set_nonblocking(reports)

    # --- What the viewer wants ---

    @property
    def is_stopping(self) -> bool:
        """Whether the task is to save and end."""
        return self._is_told_to_stop or self.levels.is_stopping

    def stop(self) -> None:
        """End the task as if the viewer had asked for it: a signal did."""
        self._is_told_to_stop = True

    def commands(self) -> Iterator[QueuedCommand]:
        """The commands that have come in; a cell says how many, so that the pipe need not be asked."""
        while self._commands_taken < self._telemetry.cells[SharedCell.COMMANDS]:
            self._commands_taken += 1
            yield self._commands.recv()

    # --- What the viewer gets ---

    @property
    def state(self) -> WorkerState:
        return WorkerState(int(self._telemetry.cells[SharedCell.STATE]))

    @state.setter
    def state(self, state: WorkerState) -> None:
        self._telemetry.cells[SharedCell.STATE] = state

    def mark_paused(self, monotonic_ns: int) -> None:
        """Say when the work came to stand still."""
        self._telemetry.cells[SharedCell.PAUSED_AT] = monotonic_ns

    def begin(self) -> None:
        """Start-up is over, the work begins."""
        self.state = WorkerState.RUNNING
        self.report(Started())

    def beat(self) -> None:
        """Say that the process can run at all; for the vigil's thread alone."""
        self._telemetry.cells[SharedCell.HEARTBEAT] += 1

    def tick(self) -> None:
        """Say that the work goes on, or stands still on purpose; a task that does not for long is ended."""
        self._telemetry.cells[SharedCell.PROGRESS] += 1
        if self._unsent:
            self._send_what_fits()

    def report(self, report: Report) -> None:
        """Tell the viewer a fact, which is a sign of progress too; where it does not listen, the oldest of
        many are lost."""
        self._telemetry.cells[SharedCell.PROGRESS] += 1
        self._unsent.append(_fitting(report))
        self._send_what_fits()

    @property
    def frame_is_due(self) -> bool:
        """Whether a viewer would see another frame: sixty times a second."""
        return time.monotonic() >= self._frame_due_at

    def publish_frame(self) -> None:
        """Show what is in `frame`."""
        self._frame_due_at = time.monotonic() + _FRAME_SECONDS
        self._telemetry.frame.write(self.frame)

    def publish_series(self, series: Record) -> None:
        """Show the graphs, a SERIES record of shape (1,)."""
        self._telemetry.series.write(series)

    def last_series(self) -> Record | None:
        """The graphs of the process before this one."""
        return self._telemetry.series.read()

    def _send_what_fits(self) -> None:
        while self._unsent:
            try:
                self._reports.send_bytes(self._unsent[0])
            except (BlockingIOError, BrokenPipeError):
                return  # the pipe is full, or the viewer is gone: then this process ends by its own watch
            self._unsent.popleft()


def _fitting(report: Report) -> bytes:
    """A report as it goes into the pipe, its texts shortened where it would be too long."""
    message = pickle_message(report)
    if len(message) <= MESSAGE_SIZE:
        return message
    fields: dict[str, Any] = {field.name: getattr(report, field.name) for field in dataclasses.fields(report)}
    texts = {name: _shortened(value) for name, value in fields.items() if isinstance(value, str)}
    return pickle_message(type(report)(**(fields | texts)))


def _shortened(text: str) -> str:
    """Beginning and end of a long text: of a traceback, the end tells most."""
    data = text.encode(errors="replace")
    if len(data) <= _TEXT_SIZE:
        return data.decode()
    tail = _TEXT_SIZE * 2 // 3
    return f"{data[: _TEXT_SIZE - tail].decode(errors='ignore')} ... {data[-tail:].decode(errors='ignore')}"
