"""The viewer's side of the worker: starts it, asks it, watches it, and starts it again when it dies."""

from __future__ import annotations

import atexit
import logging
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tetris_arcade.worker.shared import status_text
from tetris_arcade.worker.shared.controls import Controls
from tetris_arcade.worker.shared.launch import LaunchSpec
from tetris_arcade.worker.shared.messages import (
    Command,
    Failed,
    Pause,
    QueuedCommand,
    Report,
    Resume,
    SetSpeed,
    SetVisuals,
    Stage,
    Stop,
    Task,
    WorkerState,
)
from tetris_arcade.worker.shared.telemetry import SharedCell, Telemetry, empty_frame, empty_series
from tetris_arcade.worker.viewer.session import WorkerSession
from tetris_arcade.worker.viewer.supervision import Timeouts

if TYPE_CHECKING:
    from tetris_arcade.config.paths import DataPaths

logger = logging.getLogger(__name__)


class WorkerClient:
    """One worker at a time, used from the viewer's main thread.

    No method waits but `close`. Call `poll` every frame: it is what supervises. Pause, speed and visuals are
    in force at once and stay so over a restart; other commands go to the present process, if there is one.

    state, message: for the screen. frame: the last whole FRAME record, series: the last whole SERIES record
    (read graphs with `series_points`); each is a copy that is never changed, only replaced by a newer one.
    """

    def __init__(
        self, paths: DataPaths, *, limits: Timeouts | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._paths = paths
        self._limits = limits or Timeouts()
        self._clock = clock
        self._telemetry: Telemetry | None = Telemetry.create()
        self._run: WorkerSession | None = None
        self._task: Task | None = None
        self._next_task: Task | None = None
        self._has_worked = False
        self._backoff = self._limits.new_backoff()
        self._restart_at: float | None = None
        self._last_failure = ""
        self._resting = WorkerState.IDLE
        self._now = clock()
        self.message = ""
        self._clear_records()
        # Before multiprocessing's own, which would wait for a worker that hangs.
        atexit.register(self.close)

    # --- What the screen wants to know ---

    @property
    def task(self) -> Task | None:
        """The task being done, or the one that waits until the last has ended."""
        return self._next_task or self._task

    @property
    def state(self) -> WorkerState:
        """What is going on, as far as the viewer knows."""
        if self._restart_at is not None:
            return WorkerState.RESTARTING
        if self._run is None and self._next_task is not None:
            return WorkerState.STARTING
        return self._run.state if self._run is not None else self._resting

    @property
    def stage(self) -> Stage | None:
        """How far start-up is; None when it is over, or before it."""
        return self._run.stage if self._run is not None else None

    @property
    def is_busy(self) -> bool:
        """Whether there is a process, or will be one without being asked."""
        return self._run is not None or self._restart_at is not None or self._next_task is not None

    @property
    def is_paused(self) -> bool:
        """Whether a pause was asked for; it takes hold within milliseconds, or when a save is done."""
        return self._telemetry is not None and Controls(self._telemetry.cells).is_paused

    @property
    def speed(self) -> float | None:
        """Moves per second, None = unthrottled."""
        return None if self._telemetry is None else Controls(self._telemetry.cells).speed

    @property
    def visuals(self) -> bool:
        return self._telemetry is not None and Controls(self._telemetry.cells).visuals

    @property
    def paused_at(self) -> float:
        """`time.monotonic()` when the last pause took hold in the worker; 0 = none did."""
        return 0.0 if self._telemetry is None else int(self._telemetry.cells[SharedCell.PAUSED_AT]) / 1e9

    @property
    def pid(self) -> int | None:
        """The worker's process id, None where there is none."""
        return self._run.pid if self._run is not None else None

    # --- What the screen can do ---

    def start(self, task: Task) -> None:
        """Do a task; one that is being done is stopped first, and the new one starts when it has ended."""
        if self._telemetry is None:
            raise ValueError("this client is closed")
        self._next_task = task
        self._restart_at = None
        if self._run is not None:
            self._run.ask_to_stop(self._clock())

    def send(self, command: Command) -> bool:
        """Give a command; False where nobody will obey it: no worker, or its queue is full."""
        if self._telemetry is None:
            return False
        if isinstance(command, Stop):
            self.stop()
            return True
        if not isinstance(command, QueuedCommand):
            return Controls(self._telemetry.cells).set(command)
        return self._run is not None and self._run.send(command)

    def stop(self) -> None:
        """Save and end, within the limits; `poll` sees to it. A task that waits to start is forgotten."""
        self._next_task = None
        if self._restart_at is not None:
            self._restart_at = None
            self._rest(WorkerState.STOPPED, status_text.stopped(self._task, ""))
        elif self._run is not None:
            self._run.ask_to_stop(self._clock())

    def poll(self, now: float | None = None) -> list[Report]:
        """Look after the worker and return what it has reported; to be called every frame."""
        if self._telemetry is None:
            return []
        self._now = self._clock() if now is None else now
        reports = self._run.poll(self._now) if self._run is not None else []
        if self._run is not None and self._run.is_over:
            self._conclude(self._run)
        if self._run is None:
            reports += self._start_what_is_due()
        self._read_records()
        self._update_message()
        return reports

    def close(self) -> None:
        """Stop, wait for it no longer than the limits allow, and give everything back."""
        if self._telemetry is None:
            return
        self.stop()
        while self._run is not None:
            self.poll()
            time.sleep(0.005)
        self._telemetry.remove()
        self._telemetry = None
        self._resting = WorkerState.IDLE
        atexit.unregister(self.close)

    # --- Starting ---

    def _start_what_is_due(self) -> list[Report]:
        if self._next_task is not None:
            self._begin(self._next_task)
        elif self._task is None or self._restart_at is None or self._now < self._restart_at:
            return []
        assert self._task is not None
        self._restart_at = None
        return self._launch(self._task.resumed() if self._has_worked else self._task)

    def _begin(self, task: Task) -> None:
        """Make everything as new for another task."""
        assert self._telemetry is not None
        self._task, self._next_task = task, None
        self._has_worked = False
        self._backoff = self._limits.new_backoff()
        self._telemetry.clear()
        self._clear_records()
        levels = Controls(self._telemetry.cells)
        levels.set(SetSpeed(task.speed))
        levels.set(SetVisuals(task.visuals))
        levels.set(Pause() if task.paused else Resume())

    def _launch(self, task: Task) -> list[Report]:
        """Start a process; the levels, the last frame and the graphs stay as they are."""
        assert self._telemetry is not None
        launch = LaunchSpec(task, self._paths, self._telemetry.name)
        try:
            self._run = WorkerSession(launch, self._telemetry.cells, self._limits, self._now)
        except OSError as error:
            failure = Failed(status_text.not_started(task, error), "")
            self._after_failure(failure, 0.0)
            return [failure]
        logger.info("started a %s, process %s", task.noun, self._run.pid)
        return []

    def _clear_records(self) -> None:
        self.frame, self.series = empty_frame()[0], empty_series()[0]

    # --- Ending ---

    def _conclude(self, run: WorkerSession) -> None:
        """The process is gone: draw the conclusion."""
        self._run = None
        worked = 0.0 if run.started_at is None else self._now - run.started_at
        self._has_worked = self._has_worked or run.started_at is not None
        if run.failure is None:
            self._rest(WorkerState.STOPPED, run.end_message)
        elif run.is_asked_to_stop:
            self._rest(WorkerState.STOPPED, run.failure.reason)
        else:
            self._after_failure(run.failure, worked)

    def _after_failure(self, failure: Failed, worked_seconds: float) -> None:
        assert self._task is not None
        logger.error("%s\n%s", failure.reason, failure.traceback)
        self._last_failure = failure.reason
        if failure.is_final or not self._task.is_restarted:
            self._rest(WorkerState.FAILED, failure.reason)
        else:
            self._restart_at = self._now + self._backoff.next_delay(worked_seconds)

    def _rest(self, state: WorkerState, message: str) -> None:
        self._resting, self.message = state, message

    # --- Reading ---

    def _read_records(self) -> None:
        assert self._telemetry is not None
        frame, series = self._telemetry.frame.read(), self._telemetry.series.read()
        if frame is not None:
            self.frame = frame[0]
        if series is not None:
            self.series = series[0]

    def _update_message(self) -> None:
        if self._restart_at is not None:
            seconds = math.ceil(max(0.0, self._restart_at - self._now))
            self.message = status_text.restarting(self._last_failure, seconds)
        elif self._run is not None and self._task is not None:
            self.message = status_text.status(self._task, self.state, self.stage)
