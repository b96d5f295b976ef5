"""The viewer's side of the worker: starts, controls and supervises it, and restarts it after a failure."""

from __future__ import annotations

import atexit
import logging
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tetris_arcade.config.learner_record import empty_learner
from tetris_arcade.worker.shared import status_text
from tetris_arcade.worker.shared.controls import Controls
from tetris_arcade.worker.shared.launch import LaunchSpec
from tetris_arcade.worker.shared.messages import (
    Command,
    Failed,
    Finished,
    IdleTask,
    Pause,
    QueuedCommand,
    Report,
    Resume,
    SetInStep,
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
    from tetris_arcade.worker.shared.segments import Segment

logger = logging.getLogger(__name__)


class WorkerClient:
    """One worker at a time. Use it from the viewer's main thread.

    Only `close` blocks. Call `poll` every frame: it does the supervision. Pause, speed and visuals take
    effect at once and survive a restart; other commands go to the current process, if there is one.

    message: for the screen. frame, series, learner: the last complete FRAME, SERIES and LEARNER records (read
    a graph with `series_points`); each is a copy that is never changed, only replaced by a newer one.
    generation: how often they were cleared, because the worker was given another task.
    """

    def __init__(
        self,
        paths: DataPaths,
        *,
        timeouts: Timeouts | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._paths = paths
        self._timeouts = timeouts or Timeouts()
        self._clock = clock
        self._telemetry: Telemetry | None = Telemetry.create()
        self._session: WorkerSession | None = None
        self._task: Task | None = None
        self._next_task: Task | None = None
        self._has_started = False
        self._backoff = self._timeouts.new_backoff()
        self._restart_at: float | None = None
        self._last_failure = ""
        self._inactive_state = WorkerState.IDLE
        self._now = clock()
        self.message = ""
        self.generation = 0
        self._clear_records()
        # Runs before multiprocessing's own handler, which would wait for a worker that hangs.
        atexit.register(self.close)

    # --- State ---

    @property
    def task(self) -> Task | None:
        """The current task, or the one that waits for the previous one to end."""
        return self._next_task or self._task

    @property
    def state(self) -> WorkerState:
        """What the worker is doing, as far as the viewer knows."""
        if self._is_idle:
            return self._inactive_state
        if self._restart_at is not None:
            return WorkerState.RESTARTING
        if self._session is None and self._next_task is not None:
            return WorkerState.STARTING
        return self._session.state if self._session is not None else self._inactive_state

    @property
    def has_started(self) -> bool:
        """Whether the current task has been at work, in this or an earlier process."""
        is_at_work = self._session is not None and self._session.started_at is not None
        return self._has_started or is_at_work

    @property
    def stage(self) -> Stage | None:
        """The progress of the start-up; None before and after it."""
        return self._session.stage if self._session is not None else None

    @property
    def is_busy(self) -> bool:
        """Whether a task is being done, or will be without a further command."""
        if self._is_idle:
            return False
        return self._session is not None or self._restart_at is not None or self._next_task is not None

    @property
    def _is_idle(self) -> bool:
        """Whether the process, if there is one, only waits for a task."""
        return isinstance(self.task, IdleTask)

    @property
    def is_paused(self) -> bool:
        """Whether a pause was requested; it takes effect within milliseconds, or when a save is done."""
        return self._telemetry is not None and Controls(self._telemetry.cells).is_paused

    @property
    def speed(self) -> float | None:
        """Moves per second, None = unthrottled."""
        return None if self._telemetry is None else Controls(self._telemetry.cells).speed

    @property
    def visuals(self) -> bool:
        return self._telemetry is not None and Controls(self._telemetry.cells).visuals

    @property
    def is_in_step(self) -> bool:
        """Whether a training waits for what is shown, see `SetInStep`."""
        return self._telemetry is not None and Controls(self._telemetry.cells).is_in_step

    @property
    def paused_at(self) -> float:
        """`time.monotonic()` when the last pause took effect in the worker; 0 = none did."""
        return 0.0 if self._telemetry is None else int(self._telemetry.cells[SharedCell.PAUSED_AT]) / 1e9

    @property
    def pid(self) -> int | None:
        """The worker's process id; None if there is no process."""
        return self._session.pid if self._session is not None else None

    @property
    def segment(self) -> Segment:
        """The shared memory of the worker's telemetry, the same for all tasks; not for a closed client."""
        assert self._telemetry is not None
        return self._telemetry.segment

    def mark_presented(self, monotonic_ns: int) -> None:
        """Publish when the window has last presented a frame, for programs that watch it; 0 = none to see."""
        if self._telemetry is not None:
            self._telemetry.cells[SharedCell.PRESENTED_AT] = monotonic_ns

    # --- Commands ---

    def start(self, task: Task) -> None:
        """Start a task instead of the current one, if there is one.

        A process that can take the task starts it at once; otherwise the process is stopped first.
        """
        if self._telemetry is None:
            raise ValueError("this client is closed")
        self._restart_at = None
        self._next_task = task
        if self._session is not None and not self._change_task(self._session, task):
            self._session.ask_to_stop(self._clock())

    def prepare(self) -> None:
        """Start a process that waits for a task, unless there is a process or a task already."""
        if self._session is None and not self.is_busy:
            self.start(IdleTask())

    def rest(self) -> None:
        """End the current task. If its process can take another one, the process stays and waits for it."""
        if self._is_idle:
            return
        if self._session is not None and self._change_task(self._session, IdleTask()):
            self._set_inactive(WorkerState.STOPPED, status_text.stopped(self._task, ""))
        else:
            self.stop()

    def send(self, command: Command) -> bool:
        """Send a command; False if it will not be obeyed: there is no worker, or its pipe is full."""
        if self._telemetry is None:
            return False
        if isinstance(command, Stop):
            self.stop()
            return True
        if not isinstance(command, QueuedCommand):
            return Controls(self._telemetry.cells).set(command)
        return self._session is not None and self._session.send(command)

    def stop(self) -> None:
        """Ask the worker to save and end; `poll` enforces the timeouts. A waiting task is discarded."""
        self._next_task = None
        if self._restart_at is not None:
            self._restart_at = None
            self._set_inactive(WorkerState.STOPPED, status_text.stopped(self._task, ""))
        elif self._session is not None:
            self._session.ask_to_stop(self._clock())

    def poll(self, now: float | None = None) -> list[Report]:
        """Supervise the worker and return its reports; call it every frame."""
        if self._telemetry is None:
            return []
        self._now = self._clock() if now is None else now
        was_idle = self._is_idle
        reports = self._session.poll(self._now) if self._session is not None else []
        for report in reports:
            if isinstance(report, Finished):
                self._become_idle(report)
        if self._session is not None and self._session.is_over:
            self._end_session(self._session)
        if self._session is None:
            reports += self._start_if_due()
        if self._is_idle:
            return [] if was_idle else reports
        self._read_records()
        self._update_message()
        return reports

    def close(self) -> None:
        """Stop the worker, wait for it within the timeouts, and release everything."""
        if self._telemetry is None:
            return
        self.stop()
        while self._session is not None:
            self.poll()
            time.sleep(0.005)
        self._telemetry.close()
        self._telemetry = None
        self._inactive_state = WorkerState.IDLE
        atexit.unregister(self.close)

    # --- Starting ---

    def _start_if_due(self) -> list[Report]:
        if self._next_task is not None:
            self._prepare(self._next_task)
        elif self._task is None or self._restart_at is None or self._now < self._restart_at:
            return []
        assert self._task is not None
        self._restart_at = None
        return self._launch(self._task.resumed() if self._has_started else self._task)

    def _change_task(self, session: WorkerSession, task: Task) -> bool:
        """Give the running process another task; False if it cannot take it."""
        if not session.change_task(task):
            return False
        logger.info("process %s continues as %s", session.pid, task.noun)
        self._reset(task)
        return True

    def _prepare(self, task: Task) -> None:
        """Reset everything for another task in a new process."""
        assert self._telemetry is not None
        self._telemetry.clear()
        self._reset(task)

    def _reset(self, task: Task) -> None:
        assert self._telemetry is not None
        self._task, self._next_task = task, None
        self._has_started = False
        self._backoff = self._timeouts.new_backoff()
        self.generation += 1
        self._clear_records()
        controls = Controls(self._telemetry.cells)
        controls.set(SetSpeed(task.speed))
        controls.set(SetVisuals(task.visuals))
        controls.set(SetInStep(False))
        controls.set(Pause() if task.paused else Resume())

    def _launch(self, task: Task) -> list[Report]:
        """Start a process; controls, frame and graphs stay as they are."""
        assert self._telemetry is not None
        launch = LaunchSpec(task, self._paths)
        try:
            self._session = WorkerSession(launch, self._telemetry, self._timeouts, self._now)
        except OSError as error:
            failure = Failed(status_text.not_started(task, error), "")
            self._after_failure(failure, 0.0)
            return [failure]
        logger.info("started the %s, process %s", task.noun, self._session.pid)
        return []

    def _clear_records(self) -> None:
        self.frame, self.series, self.learner = empty_frame()[0], empty_series()[0], empty_learner()[0]

    # --- Ending ---

    def _end_session(self, session: WorkerSession) -> None:
        """The process has ended: stop, fail or schedule a restart."""
        self._session = None
        if self._is_idle:
            if session.failure is not None:
                logger.warning("%s\n%s", session.failure.reason, session.failure.details)
            return
        if session.is_changing_task and not session.is_asked_to_stop:
            self._next_task = self._next_task or self._task  # It gets a process of its own.
            return
        run_seconds = 0.0 if session.started_at is None else self._now - session.started_at
        self._has_started = self._has_started or session.started_at is not None
        if session.failure is None:
            self._set_inactive(WorkerState.STOPPED, session.end_message)
        elif session.is_asked_to_stop:
            self._set_inactive(WorkerState.STOPPED, session.failure.reason)
        else:
            self._after_failure(session.failure, run_seconds)

    def _after_failure(self, failure: Failed, run_seconds: float) -> None:
        assert self._task is not None
        logger.error("%s\n%s", failure.reason, failure.details)
        self._last_failure = failure.reason
        if failure.is_final or not self._task.restarts_on_failure:
            self._set_inactive(WorkerState.FAILED, failure.reason)
        else:
            self._restart_at = self._now + self._backoff.next_delay(run_seconds)

    def _set_inactive(self, state: WorkerState, message: str) -> None:
        self._inactive_state, self.message = state, message

    def _become_idle(self, report: Finished) -> None:
        """The task is done, and its process waits for another one."""
        self._set_inactive(WorkerState.STOPPED, status_text.stopped(self._task, report.reason))
        self._task = IdleTask()

    # --- Telemetry ---

    def _read_records(self) -> None:
        assert self._telemetry is not None
        if self._session is not None and self._session.is_changing_task:
            return  # They may still show the task before.
        frame, series = self._telemetry.frame.read(), self._telemetry.series.read()
        learner = self._telemetry.learner.read()
        if frame is not None:
            self.frame = frame[0]
        if series is not None:
            self.series = series[0]
        if learner is not None:
            self.learner = learner[0]

    def _update_message(self) -> None:
        if self._restart_at is not None:
            seconds = math.ceil(max(0.0, self._restart_at - self._now))
            self.message = status_text.restarting(self._last_failure, seconds)
        elif self._session is not None and self._task is not None:
            self.message = status_text.status(self._task, self.state, self.stage)
