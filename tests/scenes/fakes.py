"""A trainer that is only pretended, for the training screen: made-up boards, figures and graphs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.settings import Settings, SoundSettings
from tetris_arcade.engine.board_view import BoardView
from tetris_arcade.scenes.context import Context, make_context
from tetris_arcade.services.key_hints import KeyHints
from tetris_arcade.ui.audio import Audio
from tetris_arcade.ui.input import InputMapper
from tetris_arcade.worker.shared.board_record import write_board
from tetris_arcade.worker.shared.messages import Command, Stage, Task, TrainTask, WorkerState
from tetris_arcade.worker.shared.telemetry import empty_frame, empty_series
from tetris_arcade.worker.viewer.client import WorkerClient

Rows = tuple[str, ...]
LETTERS = ".IOTSZJL#"
STACK: Rows = (
    "..........",
    "..........",
    "..........",
    "OO........",
    "OOT......#",
    "TTTT.JJJLL",
    "SS.ZZIIIIL",
)


def cells_of(rows: Rows) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """(H, 10) uint8 of a board drawn with the letters of the pieces."""
    return np.array([[LETTERS.index(sign) for sign in row] for row in rows], np.uint8)


@dataclass
class FakeWorkerClient:
    """As much of a WorkerClient as the screen uses; `sent` keeps what it was told."""

    state: WorkerState = WorkerState.RUNNING
    stage: Stage | None = None
    message: str = "The trainer is at work."
    is_paused: bool = False
    visuals: bool = True
    speed: float | None = 1.0
    task: Task | None = field(default_factory=TrainTask)
    frame: Any = field(default_factory=lambda: empty_frame()[0])
    series: Any = field(default_factory=lambda: empty_series()[0])
    sent: list[Command] = field(default_factory=list)
    started: list[Task] = field(default_factory=list)
    stops: int = 0

    @property
    def is_busy(self) -> bool:
        return self.state not in (WorkerState.IDLE, WorkerState.STOPPED, WorkerState.FAILED)

    def send(self, command: Command) -> bool:
        self.sent.append(command)
        return True

    def start(self, task: Task) -> None:
        self.started.append(task)

    def stop(self) -> None:
        self.stops += 1


def show_move(trainer: FakeWorkerClient, rows: Rows = STACK, move: int = 1) -> None:
    """Put a T on the board that falls into the third column, with everything that can be told of it."""
    frame = empty_frame()[0]
    view = BoardView(
        cells_of(rows),
        piece=2,
        action=4 * 4 + 2,
        rotation=2,
        row=3,
        col=3,
        next_pieces=(0, 1, 4, 6),
        lines=42,
        move=move,
        move_seconds=1.0,
        greedy=True,
        values=np.linspace(0.0, 5.0, 40, dtype=np.float32),
    )
    write_board(frame["boards"][0], view)
    frame["num_boards"] = 1
    counters = frame["counters"]
    counters["timesteps"], counters["timesteps_per_second"], counters["episodes"] = 1_234_567, 8_912.0, 4_321
    counters["best_lines"], counters["mean_lines_100"], counters["best_eval_lines"] = 388, 301.4, 397.2
    counters["epsilon"], counters["loss"], counters["saved_at"] = 0.02, 0.0123, 1_700_000_000.0
    trainer.frame = frame


def show_graphs(trainer: FakeWorkerClient, points: int = 400) -> None:
    """Fill all graphs with a run that learns."""
    series = empty_series()[0]
    random = np.random.default_rng(5)
    timesteps = np.linspace(100.0, 250_000.0, points)
    for number, name in enumerate(series.dtype.names):
        graph = series[name]
        graph["count"], graph["stride"] = points, 1
        graph["timesteps"][:points] = timesteps
        rise = 400.0 / (1.0 + np.exp(-(timesteps - 90_000.0) / 20_000.0))
        noise = random.normal(0.0, 40.0 if name == "lines" else 4.0, points)
        graph["values"][:points] = np.maximum(0.0, rise + noise) / (1.0 + number % 3)
    series["epsilon"]["values"][:points] = np.maximum(0.02, 1.0 - timesteps / 50_000.0)
    trainer.series = series


def fake_context(root: Path, trainer: FakeWorkerClient) -> tuple[Context, list[str]]:
    """A context with that trainer, and the list of what the screens told."""
    told: list[str] = []
    client = cast(WorkerClient, trainer)
    context = make_context(
        paths=DataPaths(root),
        settings=Settings(),
        trainer=client,
        player=client,
        audio=Audio(SoundSettings(muted=True)),
        notify=lambda text, _: told.append(text),
        change_settings=lambda settings: setattr(context, "settings", settings),
        format_hint=KeyHints(InputMapper()).format_hint,
    )
    return context, told
