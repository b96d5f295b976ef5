"""One life of a worker: started, heard, watched, asked to stop, ended."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.kernel_cache import is_warm
from tetris_arcade.worker.shared import status_text
from tetris_arcade.worker.shared.controls import Controls
from tetris_arcade.worker.shared.launch import LaunchSpec
from tetris_arcade.worker.shared.messages import (
    Failed,
    QueuedCommand,
    Report,
    Stage,
    Started,
    Stop,
    Stopped,
    WorkerState,
)
from tetris_arcade.worker.shared.telemetry import SharedCell
from tetris_arcade.worker.viewer.child_process import ChildProcess
from tetris_arcade.worker.viewer.supervision import LivenessMonitor, Timeouts


class WorkerSession:
    """A process from its start to its end, and what it has said of itself.

    stage: the last start-up progress, None once the work has begun at `started_at`.
    failure: why it broke off, by its own words or by what was seen; None where it ended as it should.
    """

    def __init__(self, launch: LaunchSpec, cells: NDArray[np.int64], limits: Timeouts, now: float) -> None:
        """Start it; raises OSError where the system has no room for another process."""
        self._task, self._cells, self._limits = launch.task, cells, limits
        cells[SharedCell.STOP] = cells[SharedCell.COMMANDS] = 0
        cells[SharedCell.STATE] = WorkerState.STARTING
        self._handle = ChildProcess(launch)
        beats = int(cells[SharedCell.HEARTBEAT]), int(cells[SharedCell.PROGRESS])
        self._life_signs = LivenessMonitor(limits, *beats, now, compiles=not is_warm())
        self._end: Stopped | None = None
        self._leaving_since: float | None = None
        self._is_over = False
        self.is_asked_to_stop = False
        self.stage: Stage | None = None
        self.started_at: float | None = None
        self.failure: Failed | None = None
        self.pid = self._handle.pid

    @property
    def state(self) -> WorkerState:
        if self.is_asked_to_stop:
            return WorkerState.STOPPING
        if self.started_at is None:
            return WorkerState.STARTING
        return WorkerState(int(self._cells[SharedCell.STATE]))

    @property
    def is_over(self) -> bool:
        """Whether the process is gone and everything it had is given back."""
        return self._is_over

    @property
    def end_message(self) -> str:
        """One sentence on how it ended as it should."""
        return status_text.stopped(self._task, self._end.reason if self._end is not None else "")

    def send(self, command: QueuedCommand) -> bool:
        """Give it a command; False where it will not obey."""
        if self._leaving_since is not None or not self._handle.send(command):
            return False
        self._cells[SharedCell.COMMANDS] += 1
        return True

    def ask_to_stop(self, now: float) -> None:
        """Let it save and end; the limits begin to run."""
        Controls(self._cells).set(Stop())
        self.is_asked_to_stop = True
        self._leave(now)

    def poll(self, now: float) -> list[Report]:
        """Hear it and look after it, without waiting."""
        reports = self._hear(now)
        if self._handle.exit_code is not None:
            return reports + self._hear_last_words(now)
        if self._leaving_since is not None:
            self._press_on(now - self._leaving_since)
            return reports
        return reports + self._watch(now)

    def _hear(self, now: float) -> list[Report]:
        reports = self._handle.reports()
        for report in reports:
            self._note(report, now)
        return reports

    def _note(self, report: Report, now: float) -> None:
        match report:
            case Stage():
                self.stage = report
            case Started():
                self.stage, self.started_at = None, now
            case Failed():
                self.failure = report
                self._leave(now)
            case Stopped():
                self._end = report
                self._leave(now)

    def _leave(self, now: float) -> None:
        if self._leaving_since is None:
            self._leaving_since = now

    def _press_on(self, seconds: float) -> None:
        """See to it that a process that should end does."""
        if seconds >= self._limits.save + self._limits.terminate:
            self._handle.kill()
        elif seconds >= self._limits.save:
            self._handle.terminate()

    def _watch(self, now: float) -> list[Report]:
        """End a process that gives no sign of life."""
        beats = int(self._cells[SharedCell.HEARTBEAT]), int(self._cells[SharedCell.PROGRESS])
        silence = self._life_signs.stalled_seconds(*beats, self.started_at is None, now)
        if silence is None:
            return []
        self._handle.kill()
        return self._fail(status_text.stalled(self._task, silence), now)

    def _hear_last_words(self, now: float) -> list[Report]:
        reports: list[Report] = []
        while words := self._hear(now):
            reports += words
        exit_code = self._handle.exit_code
        self._handle.release()
        self._is_over = True
        if self.failure is not None or self._end is not None:
            return reports
        if self.is_asked_to_stop and exit_code == 0:
            return reports
        if self.is_asked_to_stop:
            return reports + self._fail(status_text.killed_while_stopping(self._task), now)
        return reports + self._fail(status_text.died(self._task, exit_code), now)

    def _fail(self, reason: str, now: float) -> list[Report]:
        self.failure = Failed(reason, "")
        self._leave(now)
        return [self.failure]
