"""A training on the command line as a host: other programs see it, and steer it, while it runs."""

from __future__ import annotations

import _thread
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from multiprocessing import Pipe
from multiprocessing.connection import wait

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.languages import N_
from tetris_arcade.process.threads import try_to_start
from tetris_arcade.remote.host import HostLinks
from tetris_arcade.remote.messages import RefusedError, RemoteCommand, WorkerStatus
from tetris_arcade.remote.model_names import check_slot
from tetris_arcade.remote.sidecar import Sidecar
from tetris_arcade.storage.errors import describe_os_error
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.shared import status_text
from tetris_arcade.worker.shared.messages import (
    AddNote,
    Pause,
    QueuedCommand,
    Report,
    Resume,
    Save,
    SaveSlot,
    SetHyperparameter,
    SetInStep,
    SetSpeed,
    SetVisuals,
    Stage,
    Started,
    Step,
    Stop,
    TrainTask,
    WorkerState,
)
from tetris_arcade.worker.shared.pipes import MAX_MESSAGE_BYTES, pickle_message, set_nonblocking
from tetris_arcade.worker.shared.segments import Segment
from tetris_arcade.worker.shared.telemetry import SharedCell, Telemetry

logger = logging.getLogger(__name__)

_SOURCE = "trainer"
_WATCHED_SECONDS, _UNWATCHED_SECONDS = 0.05, 0.25
"""How often reports are passed on, and a server is looked after. Commands are obeyed at once."""
_STOP_SECONDS = 5.0
"""A training that was stopped from elsewhere and does not end is interrupted, as by a second Ctrl-C."""


class TrainHost:
    """The training of this process, with the telemetry, the controls and the reports of a worker's.

    channel: the training's end, for its listener. Boards are published only while somebody watches.
    """

    kind = "train"
    commands = frozenset(
        {"stop", "pause", "resume", "set_mode", "set_speed", "in_step", "step", "save", "save_slot"}
        | {"set_hyperparameter", "add_note"}
    )
    is_writable = True

    def __init__(self, task: TrainTask, paths: DataPaths) -> None:
        """Raises OSError if there is not enough memory."""
        self._task, self._paths = task, paths
        self._telemetry = Telemetry.create()
        commands, self._commands = Pipe(duplex=False)
        self._reports, reports = Pipe(duplex=False)
        set_nonblocking(self._commands)
        self.channel = Channel(self._telemetry, commands, reports)
        self.channel.state = WorkerState.STARTING
        self._controls = self.channel.controls
        self._stage: Stage | None = None
        self._has_started = False
        self._end_message: str | None = None
        self._stop_asked_at: float | None = None
        self._is_watched, self._shows_boards = False, True
        self._watch_usually()

    # --- For those that watch ---

    def segments(self) -> Mapping[str, Segment]:
        return {_SOURCE: self._telemetry.segment}

    def statuses(self) -> Mapping[str, WorkerStatus]:
        message = self._end_message or status_text.status(self._task, self.state, self._stage)
        return {_SOURCE: WorkerStatus(self.state, message, self._stage, self._task, generation=0)}

    def obey(self, command: RemoteCommand) -> None:
        """Obey a command; raises RefusedError for those that a training does not know."""
        match command:
            case Stop():
                self.channel.request_stop()
                self._stop_asked_at = self._stop_asked_at or time.monotonic()
            case SetVisuals(on):
                self._shows_boards = on
                self._set_visuals()
            case Pause() | Resume() | Step() | SetSpeed() | SetInStep():
                self._controls.set(command)
            case Save():
                self._queue(command)
            case SetHyperparameter() | AddNote():
                self._queue(command)
            case SaveSlot():
                self._queue(check_slot(self._paths, command))
            case _:
                raise RefusedError(N_("A training on the command line only trains: it does not obey this."))

    def set_watched(self, is_watched: bool) -> None:
        """Publish boards or not. What nobody watches runs at full speed, and the next one sees it so."""
        if is_watched != self._is_watched:
            self._is_watched = is_watched
            if not is_watched:
                self._shows_boards = True
                self._watch_usually()
            self._set_visuals()

    def _watch_usually(self) -> None:
        """Show the next one who watches what is usual: the training is not in step."""
        self._controls.set(SetInStep(False))
        self._controls.set(SetSpeed(self._task.speed))

    def _set_visuals(self) -> None:
        self._controls.set(SetVisuals(self._is_watched and self._shows_boards))

    def _queue(self, command: QueuedCommand) -> None:
        message = pickle_message(command)
        try:
            if len(message) > MAX_MESSAGE_BYTES:
                raise RefusedError(N_("The command is too long."))
            self._commands.send_bytes(message)
        except OSError as error:
            raise RefusedError(N_("The training is busy: try again."), "busy") from error
        self._telemetry.cells[SharedCell.COMMANDS] += 1

    # --- The training ---

    @property
    def state(self) -> WorkerState:
        """What the training is doing."""
        if self._end_message is not None:
            return WorkerState.STOPPED
        if self.channel.is_stopping:
            return WorkerState.STOPPING
        return self.channel.state if self._has_started else WorkerState.STARTING

    @property
    def is_stop_overdue(self) -> bool:
        """Whether the training should have ended by now, because somebody elsewhere stopped it."""
        if self._stop_asked_at is None or self._end_message is not None:
            return False
        return time.monotonic() - self._stop_asked_at > _STOP_SECONDS

    def reports(self) -> list[Report]:
        """What the training has reported since the last call."""
        found: list[Report] = []
        while self._reports.poll():
            found.append(self._reports.recv())
        for report in found:
            if isinstance(report, Stage):
                self._stage = report
            elif isinstance(report, Started):
                self._stage, self._has_started = None, True
        return found

    def mark_ended(self, reason: str) -> None:
        """The training has ended, and why."""
        self._end_message = status_text.stopped(self._task, reason)


def listen(links: HostLinks, paths: DataPaths, say: Callable[[str], None]) -> None:
    """Let other programs reach the links by a socket in the data folder, or say why they cannot."""
    try:
        links.listen(paths.socket_file)
    except OSError as error:
        say(f"other programs cannot watch this training: {describe_os_error(error)}")


class HostThread(threading.Thread):
    """Serves the links of a host, and looks after the server of browsers beside it.

    The training never waits for it, and continues without it if it fails. say: prints a message for the user.
    """

    def __init__(
        self,
        host: TrainHost,
        links: HostLinks,
        sidecar: Sidecar | None,
        say: Callable[[str], None],
    ) -> None:
        super().__init__(name="host", daemon=True)
        self._host, self._links, self._sidecar, self._say = host, links, sidecar, say
        self._closing, self._close_request = os.pipe()
        self._is_closing = self._was_paused = self._is_overdue_said = False

    def __enter__(self) -> HostThread:
        self._has_thread = try_to_start(self)
        if not self._has_thread:
            self._say("other programs cannot watch this training: there is no thread for them")
        return self

    def __exit__(self, *_error: object) -> None:
        """Say how the training has ended, and let go of everything."""
        os.close(self._close_request)
        if self._has_thread:
            self.join()
        if self._sidecar is not None:
            self._sidecar.close()
        self._links.close()
        os.close(self._closing)

    def run(self) -> None:
        try:
            while not self._is_closing:
                self._wait()
                self._poll()
        except Exception:
            logger.exception("the host has failed")
            self._links.close()
            self._say("other programs cannot watch this training any more; it continues")

    def _wait(self) -> None:
        """Wait for a command, a new program, or the time to look after everything else."""
        seconds = _WATCHED_SECONDS if self._links.is_watched else _UNWATCHED_SECONDS
        ready = wait([self._closing, *self._links.filenos()], seconds)
        self._is_closing = self._closing in ready

    def _poll(self) -> None:
        self._links.on_report(_SOURCE, self._host.reports())
        self._links.poll()
        self._host.set_watched(self._links.is_watched)
        if self._sidecar is not None:
            self._sidecar.poll()
        self._tell_pause()
        if self._host.is_stop_overdue:
            self._interrupt()

    def _interrupt(self) -> None:
        """Interrupt the training; the signal handler does so at the second call."""
        if not self._is_overdue_said:
            self._is_overdue_said = True
            self._say("the training was stopped and did not end: it is interrupted")
        _thread.interrupt_main()

    def _tell_pause(self) -> None:
        is_paused = self._host.state is WorkerState.PAUSED
        if is_paused != self._was_paused:
            self._was_paused = is_paused
            self._say("paused by a program that watches; Ctrl-C saves and stops" if is_paused else "resumed")
