"""A worker client without a process, and a context for scenes that uses it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from tetris_arcade.config.learner_record import empty_learner
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.settings import Settings, SoundSettings
from tetris_arcade.scenes.context import Context, make_context
from tetris_arcade.services.key_hints import KeyHints
from tetris_arcade.ui.audio import Audio
from tetris_arcade.ui.input import InputMapper
from tetris_arcade.worker.shared.messages import (
    Command,
    Pause,
    Report,
    Resume,
    SetInStep,
    SetSpeed,
    SetVisuals,
    Stage,
    Task,
    WorkerState,
)
from tetris_arcade.worker.shared.telemetry import empty_frame, empty_series
from tetris_arcade.worker.viewer.client import WorkerClient


@dataclass
class FakeWorkerClient:
    """The part of a WorkerClient that the viewer uses. It obeys at once, and does nothing by itself.

    state_after_start: for a worker that is still starting, say. reports: returned by the next `poll`.
    answers: reported after each start. sent, started, stops: what it was told.
    """

    paths: DataPaths | None = None
    state: WorkerState = WorkerState.IDLE
    state_after_start: WorkerState = WorkerState.RUNNING
    stage: Stage | None = None
    message: str = ""
    is_paused: bool = False
    visuals: bool = True
    is_in_step: bool = False
    speed: float | None = 1.0
    task: Task | None = None
    frame: Any = field(default_factory=lambda: empty_frame()[0])
    series: Any = field(default_factory=lambda: empty_series()[0])
    learner: Any = field(default_factory=lambda: empty_learner()[0])
    reports: list[Report] = field(default_factory=list)
    answers: list[Report] = field(default_factory=list)
    sent: list[Command] = field(default_factory=list)
    started: list[Task] = field(default_factory=list)
    stops: int = 0
    rests: int = 0
    preparations: int = 0
    pid: int | None = None
    has_started: bool = False
    generation: int = 0

    @property
    def is_busy(self) -> bool:
        return self.state not in (WorkerState.IDLE, WorkerState.STOPPED, WorkerState.FAILED)

    def start(self, task: Task) -> None:
        self.started.append(task)
        self.task, self.speed, self.state = task, task.speed, self.state_after_start
        self.reports += self.answers

    def send(self, command: Command) -> bool:
        self.sent.append(command)
        if isinstance(command, Pause | Resume):
            self.is_paused = isinstance(command, Pause)
            self.state = WorkerState.PAUSED if self.is_paused else WorkerState.RUNNING
        elif isinstance(command, SetSpeed):
            self.speed = command.pieces_per_second
        elif isinstance(command, SetVisuals):
            self.visuals = command.on
        elif isinstance(command, SetInStep):
            self.is_in_step = command.on
        return True

    def poll(self) -> list[Report]:
        reports, self.reports = self.reports, []
        return reports

    def stop(self) -> None:
        self.stops += 1
        self.state = WorkerState.STOPPED

    def rest(self) -> None:
        self.rests += 1
        self.state = WorkerState.STOPPED

    def prepare(self) -> None:
        self.preparations += 1

    def close(self) -> None:
        self.state = WorkerState.STOPPED


def as_fake(client: WorkerClient) -> FakeWorkerClient:
    """A context's client, as the fake that it is in tests."""
    return cast(FakeWorkerClient, client)


def fake_context(
    root: Path, trainer: FakeWorkerClient | None = None, player: FakeWorkerClient | None = None
) -> tuple[Context, list[str]]:
    """A context with fake workers, and the list of the messages that it shows."""
    messages: list[str] = []
    context = make_context(
        paths=DataPaths(root),
        settings=Settings(),
        trainer=cast(WorkerClient, trainer or FakeWorkerClient()),
        player=cast(WorkerClient, player or FakeWorkerClient()),
        audio=Audio(SoundSettings(muted=True)),
        notify=lambda text, _severity: messages.append(text),
        change_settings=lambda settings: setattr(context, "settings", settings),
        key_hints=KeyHints(InputMapper()),
    )
    return context, messages
