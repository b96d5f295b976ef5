"""The training of another program, for a window that watches it."""

from __future__ import annotations

import logging

from tetris_arcade.config.learner_record import empty_learner
from tetris_arcade.remote.channel import Message
from tetris_arcade.remote.link import HostLink, OtherVersionError
from tetris_arcade.remote.messages import COMMANDS, WorkerStatus, command_message, decode_report
from tetris_arcade.worker.shared.controls import Controls
from tetris_arcade.worker.shared.messages import (
    Command,
    Report,
    Stage,
    Stop,
    Task,
    Warned,
    WorkerState,
)
from tetris_arcade.worker.shared.telemetry import Telemetry, empty_frame, empty_series

logger = logging.getLogger(__name__)

_SOURCE = "trainer"
_AT_REST = (WorkerState.IDLE, WorkerState.STOPPED, WorkerState.FAILED)
_UNKNOWN = WorkerStatus(WorkerState.IDLE, "", None, None, generation=0)


class AttachedClient:
    """Reads the telemetry of another program's trainer and passes commands on to it, as `WorkerClient` does.

    Nothing is started here: the other program decides what it trains. may_steer: whether commands are passed
    on. frame, series, learner: as in `WorkerClient`. problem: why the other program cannot be watched, None
    if it can.
    """

    def __init__(self, link: HostLink, *, may_steer: bool = True) -> None:
        self._link = link
        self._may_steer = may_steer
        self._generation = 0
        self.frame, self.series, self.learner = empty_frame()[0], empty_series()[0], empty_learner()[0]
        self.problem: str | None = None

    # --- State ---

    @property
    def is_connected(self) -> bool:
        """Whether the other program is still there."""
        return not self._link.is_closed

    @property
    def task(self) -> Task | None:
        return self._status.task

    @property
    def state(self) -> WorkerState:
        return self._status.state

    @property
    def stage(self) -> Stage | None:
        return self._status.stage

    @property
    def message(self) -> str:
        return self._status.message

    @property
    def has_started(self) -> bool:
        return self.state not in (*_AT_REST, WorkerState.STARTING)

    @property
    def is_busy(self) -> bool:
        return self.state not in _AT_REST

    @property
    def is_paused(self) -> bool:
        return self._controls is not None and self._controls.is_paused

    @property
    def speed(self) -> float | None:
        return None if self._controls is None else self._controls.speed

    @property
    def visuals(self) -> bool:
        # Before the other program has noticed that it is watched, its board is on its way.
        return self._controls is None or self._controls.visuals

    @property
    def is_in_step(self) -> bool:
        return self._controls is not None and self._controls.is_in_step

    @property
    def pid(self) -> int | None:
        """None: the process is not this program's."""
        return None

    @property
    def _status(self) -> WorkerStatus:
        return self._link.statuses.get(_SOURCE, _UNKNOWN)

    @property
    def _telemetry(self) -> Telemetry | None:
        return self._link.telemetry.get(_SOURCE)

    @property
    def _controls(self) -> Controls | None:
        return None if self._telemetry is None else Controls(self._telemetry.cells)

    # --- Commands ---

    def start(self, task: Task) -> None:
        """Does nothing: what is trained is the other program's business."""
        logger.warning("another program uses the data folder: no %s is started", task.noun)

    def send(self, command: Command) -> bool:
        """Pass a command on; False if it will not be obeyed. A refusal is reported as a warning."""
        message = command_message(command)
        if not self._may_steer or not self.is_connected or message["command"] not in COMMANDS:
            return False
        self._link.send(message)
        return True

    def stop(self) -> None:
        """Ask the other program to save and end its training."""
        self.send(Stop())

    def poll(self, now: float | None = None) -> list[Report]:
        """Take what the other program has sent; call it every frame."""
        reports = [report for fact in self._read() if (report := _report(fact)) is not None]
        if self._status.generation != self._generation:
            self._generation = self._status.generation
            self.frame, self.series, self.learner = empty_frame()[0], empty_series()[0], empty_learner()[0]
        if self._telemetry is not None:
            self._read_records(self._telemetry)
        return reports

    def _read(self) -> list[Message]:
        try:
            return self._link.poll()
        except (OtherVersionError, LookupError, TypeError, ValueError) as error:
            self.problem = f"The other program cannot be watched: {error}."
            self._link.close()
            return []

    def close(self) -> None:
        """Stop watching; the other program continues."""
        self._link.close()

    def _read_records(self, telemetry: Telemetry) -> None:
        frame, series = telemetry.frame.read(), telemetry.series.read()
        learner = telemetry.learner.read()
        if frame is not None:
            self.frame = frame[0]
        if series is not None:
            self.series = series[0]
        if learner is not None:
            self.learner = learner[0]


def _report(fact: Message) -> Report | None:
    """The trainer's report that a fact holds, or a warning about a command that was refused."""
    if fact.get("ok") is False:
        return Warned(str(fact.get("error", "")))
    return decode_report(fact) if fact.get("source") == _SOURCE else None
