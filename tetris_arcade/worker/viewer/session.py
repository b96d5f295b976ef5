"""One run of a worker process, from its start to its end: reports, liveness, stop and kill."""

from __future__ import annotations

import logging

from tetris_arcade.engine.kernel_cache import is_warm
from tetris_arcade.worker.shared import status_text
from tetris_arcade.worker.shared.controls import Controls
from tetris_arcade.worker.shared.launch import LaunchSpec
from tetris_arcade.worker.shared.messages import (
    Failed,
    Finished,
    IdleTask,
    Noted,
    QueuedCommand,
    ReplaceTask,
    Report,
    Stage,
    Started,
    Stop,
    Stopped,
    Task,
    Warned,
    WorkerState,
)
from tetris_arcade.worker.shared.telemetry import SharedCell, Telemetry
from tetris_arcade.worker.viewer.child_process import ChildProcess
from tetris_arcade.worker.viewer.supervision import LivenessMonitor, Timeouts

logger = logging.getLogger(__name__)


class WorkerSession:
    """A worker process and what it has reported about itself.

    task: what it does now. stage: the latest start-up progress, None once the work has started, at
    `started_at`. is_changing_task: whether it was given another task and has not started it yet.
    failure: why it failed, as reported by it or as observed; None if it ended as intended.
    """

    def __init__(self, launch: LaunchSpec, telemetry: Telemetry, timeouts: Timeouts, now: float) -> None:
        """Start the process; raises OSError if the system cannot start another one."""
        self.task, self._timeouts = launch.task, timeouts
        self._cells = cells = telemetry.cells
        cells[SharedCell.STOP] = cells[SharedCell.COMMANDS] = 0
        cells[SharedCell.STATE] = WorkerState.STARTING
        self._process = ChildProcess(launch, telemetry.segment)
        self._liveness = LivenessMonitor(timeouts, *self._life_signs, now, compiles=not is_warm())
        self._stopped: Stopped | None = None
        self._ending_since: float | None = None
        self._is_over = False
        self._num_replaced = 0
        self.is_changing_task = False
        self.is_asked_to_stop = False
        self.stage: Stage | None = None
        self.started_at: float | None = None
        self.failure: Failed | None = None
        self.pid = self._process.pid

    @property
    def state(self) -> WorkerState:
        if self.is_asked_to_stop:
            return WorkerState.STOPPING
        if self.started_at is None:
            return WorkerState.STARTING
        return WorkerState(int(self._cells[SharedCell.STATE]))

    @property
    def is_over(self) -> bool:
        """Whether the process has ended and its resources are released."""
        return self._is_over

    @property
    def end_message(self) -> str:
        """One sentence on how it ended, if it ended as intended."""
        return status_text.stopped(self.task, self._stopped.reason if self._stopped is not None else "")

    def send(self, command: QueuedCommand) -> bool:
        """Send a command; False if it will not be obeyed."""
        if self._ending_since is not None or not self._process.send(command):
            return False
        self._cells[SharedCell.COMMANDS] += 1
        return True

    def change_task(self, task: Task) -> bool:
        """Give it another task; False if it cannot take it, and has to be stopped."""
        if not (self.task.shares_process and task.shares_process and self.send(ReplaceTask(task))):
            return False
        self.task, self.stage, self.started_at = task, None, None
        self._num_replaced += 1
        self.is_changing_task = True
        return True

    def ask_to_stop(self, now: float) -> None:
        """Ask it to save and end; the timeouts start."""
        Controls(self._cells).set(Stop())
        self.is_asked_to_stop = True
        self._mark_ending(now)

    def poll(self, now: float) -> list[Report]:
        """Return its reports and supervise it, without blocking."""
        reports = self._read_reports(now)
        if self._process.exit_code is not None:
            return reports + self._finish(now)
        if self._ending_since is not None:
            self._kill_if_overdue(now - self._ending_since)
            return reports
        return reports + self._check_liveness(now)

    @property
    def _life_signs(self) -> tuple[int, int]:
        return int(self._cells[SharedCell.HEARTBEAT]), int(self._cells[SharedCell.PROGRESS])

    def _read_reports(self, now: float) -> list[Report]:
        reports = self._process.reports()
        return [report for report in reports if self._on_report(report, now)]

    def _on_report(self, report: Report, now: float) -> bool:
        """Follow a report; returns whether it is about the current task."""
        if isinstance(report, Started) and report.task == self._num_replaced:
            self.is_changing_task = False
        is_current = not self.is_changing_task or isinstance(report, Stage)
        match report:
            case Stage():
                self.stage = report
            case Started() if is_current:
                self.stage, self.started_at = None, now
            case Noted(text) | Warned(text):
                logger.warning("%s", text)
            case Failed():
                self.failure = report
                self._mark_ending(now)
            case Finished() if is_current:
                self.task = IdleTask()
            case Stopped():
                self._stopped = report
                self._mark_ending(now)
        return is_current

    def _mark_ending(self, now: float) -> None:
        if self._ending_since is None:
            self._ending_since = now

    def _kill_if_overdue(self, seconds: float) -> None:
        """Terminate, then kill, a process that should have ended `seconds` ago."""
        if seconds >= self._timeouts.save + self._timeouts.terminate:
            self._process.kill()
        elif seconds >= self._timeouts.save:
            self._process.terminate()

    def _check_liveness(self, now: float) -> list[Report]:
        """Kill a stalled process."""
        seconds = self._liveness.stalled_seconds(*self._life_signs, self.started_at is None, now)
        if seconds is None:
            return []
        self._process.kill()
        return self._fail(status_text.stalled(self.task, seconds), "", now)

    def _finish(self, now: float) -> list[Report]:
        """Read the remaining reports of a process that has ended, and find out why it did."""
        reports: list[Report] = []
        while more := self._read_reports(now):
            reports += more
        exit_code, errors = self._process.exit_code, self._process.startup_errors
        self._process.release()
        self._is_over = True
        if self.failure is not None or self._stopped is not None:
            return reports
        if self.is_asked_to_stop and exit_code == 0:
            return reports
        details = "\n".join(filter(None, (errors, status_text.describe_exit(exit_code))))
        if self.is_asked_to_stop:
            return reports + self._fail(status_text.killed_while_stopping(self.task), details, now)
        return reports + self._fail(status_text.died(self.task, exit_code, errors), details, now)

    def _fail(self, reason: str, details: str, now: float) -> list[Report]:
        self.failure = Failed(reason, details)
        self._mark_ending(now)
        return [self.failure]
