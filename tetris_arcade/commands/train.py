"""`train`: a run without a window, with a live display on a terminal and plain lines elsewhere."""

from __future__ import annotations

import math
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from tetris_arcade.commands.errors import CommandError
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.process.malloc import tune_malloc_for_trainer
from tetris_arcade.process.signals import termination_signals
from tetris_arcade.storage.checkpoints import repair_storage
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.storage.slots import check_new_slot, has_checkpoint
from tetris_arcade.training.run_listener import RunListener, RunProgress, StepSnapshot
from tetris_arcade.training.trainer import Trainer, TrainResult

_LINE_SECONDS = 10.0
_DISPLAY_SECONDS = 0.25


def run_train(
    config: TrainConfig,
    paths: DataPaths,
    *,
    resume: bool,
    save_slot: str | None,
    log_formats: tuple[str, ...],
) -> dict[str, Any]:
    """Train to the configured end, or until Ctrl-C, SIGTERM or the end of the terminal, which save `latest`;
    returns what `--json` prints.

    Raises SlotNameError, before it trains, where nothing can be saved under that name, CommandError where the
    trained model could not be saved in the end.
    """
    if save_slot is not None:
        check_new_slot(paths, save_slot)
    if resume and not has_checkpoint(paths, "latest"):
        raise CommandError("there is no checkpoint to resume: start a run without --resume first", 2)
    if "tensorboard" in log_formats and find_spec("tensorboard") is None:
        raise CommandError('TensorBoard is not installed: pip install "tetris-arcade[tensorboard]"')
    # More threads than one lose more in handing over than such small matrices gain.
    torch.set_num_threads(1)
    tune_malloc_for_trainer()
    with DataLock(paths) as lock, _stop_on_signals() as stop:
        if not lock.is_held:
            raise CommandError(lock.why_not or "the data folder is in use")
        for sentence in repair_storage(paths):
            print(sentence, file=sys.stderr)
        console = Console(stderr=True)
        reporter = (LiveConsoleListener if console.is_terminal else LineConsoleListener)(
            config, console, stop
        )
        with reporter:
            trainer = Trainer(config, paths, reporter, resume=resume, log_formats=log_formats)
            result = trainer.run()
        if save_slot is not None:
            trainer.save_to_slot(save_slot)
            trainer.close()
    for kind in ("latest", "final", save_slot):
        if kind in reporter.unsaved:
            raise CommandError(reporter.unsaved[kind])
    return summary(result)


def summary(result: TrainResult) -> dict[str, Any]:
    """The contract's `train --json`."""
    return {
        "timesteps": result.timesteps,
        "episodes": result.episodes,
        "seconds": round(result.seconds, 3),
        "best_lines": result.best_lines,
        "mean_lines_last_100": round(result.mean_lines_last_100, 3),
        "timesteps_per_second": round(result.timesteps_per_second, 1),
        "checkpoint": str(result.checkpoint),
        "reason": result.reason,
    }


@contextmanager
def _stop_on_signals() -> Iterator[threading.Event]:
    stop = threading.Event()

    def ask(number: int, _frame: FrameType | None) -> None:
        # Asked twice: at once. But of a terminal's end both the system and the shell may tell.
        if stop.is_set() and number in (signal.SIGINT, signal.SIGTERM):
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, ask) for number in termination_signals()}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class ConsoleListener(RunListener):
    """Tells of a run on standard error."""

    def __init__(self, config: TrainConfig, console: Console, stop: threading.Event) -> None:
        self.config, self.console, self.stop = config, console, stop
        self.counters = RunProgress()
        self._told_at = 0.0
        self.unsaved: dict[str, str] = {}
        """What could not be saved since it was saved last, and why."""

    def __enter__(self) -> ConsoleListener:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def before_step(self) -> bool:
        return not self.stop.is_set()

    def after_step(self, counters: RunProgress, view: StepSnapshot | None) -> None:
        self.counters = counters

    def new_best(self, mean_lines: float, timesteps: int) -> None:
        self.console.print(
            f"new best: {mean_lines:.0f} lines a game on held-out pieces, after {timesteps:,} timesteps"
        )

    def warned(self, sentence: str) -> None:
        self.console.print(sentence)

    def save_failed(self, kind: str, reason: str) -> None:
        self.unsaved[kind] = reason
        self.console.print(f"not saved: {reason}; training goes on")

    def saved(self, kind: str, folder: Path) -> None:
        self.unsaved.pop(kind, None)
        if kind not in ("latest", "best"):
            self.console.print(f"saved {kind}")

    def _is_due(self, seconds: float) -> bool:
        now = time.monotonic()
        if now - self._told_at < seconds:
            return False
        self._told_at = now
        return True

    def _figures(self) -> str:
        c = self.counters
        return (
            f"{c.timesteps:,} timesteps, {c.timesteps_per_second:,.0f}/s, {c.episodes:,} games, "
            f"lines {c.mean_lines_last_100:.1f} (best game {c.best_game_lines}), epsilon {c.epsilon:.2f}, "
            f"loss {'-' if math.isnan(c.loss) else format(c.loss, '.3f')}"
        )

    def _done(self) -> float | None:
        """The share of the run that is done, where it has a limit."""
        shares = []
        if self.config.max_seconds:
            shares.append(self.counters.seconds / self.config.max_seconds)
        if self.config.total_timesteps:
            shares.append(self.counters.timesteps / self.config.total_timesteps)
        return min(max(shares), 1.0) if shares else None


class LineConsoleListener(ConsoleListener):
    """A plain line now and then."""

    def stage(self, name: str, fraction: float) -> None:
        if name == "training":
            self.console.print("training")

    def after_step(self, counters: RunProgress, view: StepSnapshot | None) -> None:
        super().after_step(counters, view)
        if self._is_due(_LINE_SECONDS):
            done = self._done()
            share = "" if done is None else f"{done:4.0%} "
            print(share + self._figures(), file=sys.stderr, flush=True)


class LiveConsoleListener(ConsoleListener):
    """A live bar, with the time left where the run has a limit."""

    def __enter__(self) -> ConsoleListener:
        self._progress = Progress(
            SpinnerColumn(),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}"),
            console=self.console,
        )
        self._progress.start()
        self._task = self._progress.add_task("starting the trainer", total=1.0)
        return self

    def __exit__(self, *_error: object) -> None:
        self._progress.stop()

    def stage(self, name: str, fraction: float) -> None:
        self._progress.update(self._task, description=f"starting the trainer: {name}", completed=fraction)
        if name == "training":
            self._progress.update(self._task, completed=0.0, total=1.0 if self._done() is not None else None)

    def after_step(self, counters: RunProgress, view: StepSnapshot | None) -> None:
        super().after_step(counters, view)
        if self._is_due(_DISPLAY_SECONDS):
            self._progress.update(self._task, description=self._figures(), completed=self._done() or 0.0)
