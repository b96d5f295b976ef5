"""Progress of a headless training on standard error: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from tetris_arcade.config.training import TrainConfig
from tetris_arcade.process.threads import has_thread_for
from tetris_arcade.training.run_listener import RunListener, RunProgress, StepSnapshot
from tetris_arcade.training.throughput import Throughput

_LINE_SECONDS = 10.0
_DISPLAY_SECONDS = 0.25


class ConsoleListener(RunListener):
    """Reports a run on standard error."""

    def __init__(self, config: TrainConfig, console: Console) -> None:
        self.config, self.console = config, console
        self.progress = RunProgress()
        self._throughput = Throughput()
        self._reported_at = 0.0
        self.unsaved: dict[str, str] = {}
        """Why each kind could not be saved, until it is saved again."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def after_step(self, progress: RunProgress, snapshot: StepSnapshot | None) -> None:
        self.progress = progress

    def new_best(self, mean_lines: float, timesteps: int) -> None:
        self.console.print(
            f"new best: {mean_lines:.1f} lines per game in the standard test, after {timesteps:,} timesteps"
        )

    def noted(self, message: str) -> None:
        self.console.print(message)

    def warned(self, message: str) -> None:
        self.console.print(message)

    def save_failed(self, kind: str, reason: str) -> None:
        self.unsaved[kind] = reason
        self.console.print(f"not saved: {reason}; training continues")

    def saved(self, kind: str, folder: Path) -> None:
        self.unsaved.pop(kind, None)
        if kind not in ("latest", "best"):
            self.console.print(f"saved {kind}")

    def _is_due(self, seconds: float) -> bool:
        now = time.monotonic()
        if now - self._reported_at < seconds:
            return False
        self._reported_at = now
        return True

    def _statistics(self) -> str:
        p = self.progress
        rate = self._throughput.update(p.timesteps, p.seconds)
        return (
            f"{p.timesteps:,} timesteps, {rate:,.0f}/s, {p.episodes:,} games, "
            f"lines {p.mean_lines_last_100:.1f} (best game {p.best_game_lines}), epsilon {p.epsilon:.2f}, "
            f"loss {'-' if math.isnan(p.loss) else format(p.loss, '.3f')}"
        )

    def _done_share(self) -> float | None:
        """Progress towards the run's limit, 0..1; None without a limit."""
        shares = []
        if self.config.max_seconds:
            shares.append(self.progress.seconds / self.config.max_seconds)
        if self.config.total_timesteps:
            shares.append(self.progress.timesteps / self.config.total_timesteps)
        return min(max(shares), 1.0) if shares else None


class LineConsoleListener(ConsoleListener):
    """A plain line every few seconds."""

    def stage(self, name: str, fraction: float) -> None:
        if name == "training":
            self.console.print("training")

    def after_step(self, progress: RunProgress, snapshot: StepSnapshot | None) -> None:
        super().after_step(progress, snapshot)
        if self._is_due(_LINE_SECONDS):
            done = self._done_share()
            share = "" if done is None else f"{done:4.0%} "
            print(share + self._statistics(), file=sys.stderr, flush=True)


class LiveConsoleListener(ConsoleListener):
    """A live progress bar, with the time left if the run has a limit."""

    def __enter__(self) -> Self:
        self._display = Progress(
            SpinnerColumn(),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}"),
            console=self.console,
            auto_refresh=has_thread_for("progress bar"),
        )
        self._display.start()
        self._task = self._display.add_task("starting the trainer", total=1.0)
        return self

    def __exit__(self, *_error: object) -> None:
        self._display.stop()

    def stage(self, name: str, fraction: float) -> None:
        self._display.update(self._task, description=f"starting the trainer: {name}", completed=fraction)
        if name == "training":
            self._display.update(
                self._task, completed=0.0, total=1.0 if self._done_share() is not None else None
            )

    def after_step(self, progress: RunProgress, snapshot: StepSnapshot | None) -> None:
        super().after_step(progress, snapshot)
        if self._is_due(_DISPLAY_SECONDS):
            self._display.update(
                self._task, description=self._statistics(), completed=self._done_share() or 0.0
            )
