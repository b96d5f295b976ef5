"""The child's end of the connection to the viewer: commands in; state, reports and telemetry out."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

from tetris_arcade.worker.shared.controls import Controls
from tetris_arcade.worker.shared.messages import (
    QueuedCommand,
    ReplaceTask,
    Report,
    Started,
    Task,
    WorkerState,
)
from tetris_arcade.worker.shared.pipes import pickle_report, set_nonblocking
from tetris_arcade.worker.shared.telemetry import Record, SharedCell, Telemetry, empty_frame

_FRAME_SECONDS = 1 / 60
_MAX_UNSENT_REPORTS = 256


class TaskReplacedError(Exception):
    """The viewer has given this process another task."""

    def __init__(self, task: Task) -> None:
        super().__init__(task.runner)
        self.task = task


class Channel:
    """What a task uses to receive controls and commands and to publish its work.

    Use it only from the child's main thread, except `heartbeat`.

    controls: pause, speed, visuals, steps and stop, as the viewer sets them.
    frame: the FRAME record, shape (1,), that the task fills in and `publish_frame` publishes.
    """

    def __init__(
        self,
        telemetry: Telemetry,
        commands: Connection,
        reports: Connection,
        on_started: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_started` is called by `mark_started`."""
        self._telemetry = telemetry
        self._on_started = on_started
        self._commands = commands
        self._reports = reports
        self._unsent: deque[bytes] = deque(maxlen=_MAX_UNSENT_REPORTS)
        self._num_received = self._num_replaced = 0
        self._is_stop_requested = False
        self._next_frame_at = 0.0
        self.controls = Controls(telemetry.cells)
        self.frame: Record = empty_frame()
        # A viewer that does not read must not block the work.
        set_nonblocking(reports)

    # --- From the viewer ---

    @property
    def is_stopping(self) -> bool:
        """Whether the task should save and end."""
        return self._is_stop_requested or self.controls.is_stopping

    def request_stop(self) -> None:
        """Stop the task as if the viewer had asked for it; called when a signal arrives."""
        self._is_stop_requested = True

    def commands(self) -> Iterator[QueuedCommand]:
        """Yield received commands; a shared counter avoids polling the pipe.

        Raises TaskReplacedError when the viewer has given this process another task.
        """
        while self._num_received < self._telemetry.cells[SharedCell.COMMANDS]:
            self._num_received += 1
            command = self._commands.recv()
            if isinstance(command, ReplaceTask):
                self._num_replaced += 1
                raise TaskReplacedError(command.task)
            yield command

    def wait_for_command(self, seconds: float) -> None:
        """Sleep until a command comes, at most this long."""
        self._commands.poll(seconds)

    # --- To the viewer ---

    @property
    def state(self) -> WorkerState:
        return WorkerState(int(self._telemetry.cells[SharedCell.STATE]))

    @state.setter
    def state(self, state: WorkerState) -> None:
        self._telemetry.cells[SharedCell.STATE] = state

    def mark_started(self) -> None:
        """Start-up is complete and the work starts; what the frame shows then belongs to this task."""
        self._on_started()
        self.state = WorkerState.RUNNING
        self.report(Started(self._num_replaced))

    def mark_paused(self, monotonic_ns: int) -> None:
        """Publish the time at which a pause took effect."""
        self._telemetry.cells[SharedCell.PAUSED_AT] = monotonic_ns

    def heartbeat(self) -> None:
        """Show that the process is scheduled; only for the watchdog thread."""
        self._telemetry.cells[SharedCell.HEARTBEAT] += 1

    def mark_progress(self) -> None:
        """Show that the work advances or is paused on purpose. The viewer kills a task that does not."""
        self._telemetry.cells[SharedCell.PROGRESS] += 1
        if self._unsent:
            self._send_unsent()

    def report(self, report: Report) -> None:
        """Send a report; it counts as progress. If the viewer does not read, the oldest are dropped."""
        self._telemetry.cells[SharedCell.PROGRESS] += 1
        self._unsent.append(pickle_report(report))
        self._send_unsent()

    def report_if_read(self, report: Report) -> None:
        """Send a report of which there are many, unless the viewer is slow to read them; none is kept."""
        if not self._unsent:
            self.report(report)
            self._unsent.clear()

    @property
    def is_frame_due(self) -> bool:
        """Whether a frame's time has passed since the last one was published."""
        return time.monotonic() >= self._next_frame_at

    def publish_frame(self) -> None:
        """Publish `frame`."""
        self._next_frame_at = time.monotonic() + _FRAME_SECONDS
        self._telemetry.frame.write(self.frame)

    def publish_series(self, series: Record) -> None:
        """Publish the graphs, a SERIES record of shape (1,)."""
        self._telemetry.series.write(series)

    def publish_learner(self, learner: Record) -> None:
        """Publish a training's quantities, a LEARNER record of shape (1,)."""
        self._telemetry.learner.write(learner)

    def previous_series(self) -> Record | None:
        """The graphs that the previous process published; None if there are none."""
        return self._telemetry.series.read()

    def _send_unsent(self) -> None:
        while self._unsent:
            try:
                self._reports.send_bytes(self._unsent[0])
            except (BlockingIOError, BrokenPipeError):
                return  # The pipe is full, or the viewer is gone: then the watchdog ends this process.
            self._unsent.popleft()
