"""Small sweeps, and listeners that disturb them."""

from __future__ import annotations

import csv
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tetris_arcade.cluster.segment import read_progress
from tetris_arcade.cluster.session import Cluster
from tetris_arcade.cluster.spec import parse_spec
from tetris_arcade.cluster.sweep import Sweep, SweepView
from tetris_arcade.cluster.sweep_folder import SweepFolder, create_sweep
from tetris_arcade.cluster.trials import Trial
from tetris_arcade.config.paths import DataPaths

SPEC = """
trials = {trials}
seeds = {seeds}
steps = {steps}
evaluations = 2
num_envs = 8
learning_starts = 100
checkpoint_seconds = 0.5
stall_seconds = {stall}

[env]
height = 10

[space]
learning_rate = {{ log_uniform = [2e-4, 5e-3] }}
net_arch = [[16], [32, 32]]

[score]
games = 8
max_pieces = 200
height = 10
"""


def small_spec(*, trials: int = 3, seeds: int = 2, steps: int = 800, stall: float = 60.0) -> str:
    """A sweep of trainings that take a second or two."""
    return SPEC.format(trials=trials, seeds=seeds, steps=steps, stall=stall)


@dataclass
class Listener:
    """Collects what a sweep tells; calls `disturb` with each view until it returns True."""

    disturb: Callable[[SweepView], bool] = lambda view: True
    changed: list[tuple[int, str]] = field(default_factory=list)
    is_done: bool = False

    def update(self, view: SweepView) -> None:
        self.is_done = self.is_done or self.disturb(view)

    def trial_changed(self, trial: Trial) -> None:
        self.changed.append((trial.number, trial.status))


def start_folder(root: Path, text: str) -> SweepFolder:
    """The folder of a new sweep."""
    return create_sweep(DataPaths(root), "small", text.encode(), parse_spec(text.encode()).plan)


def run_sweep(folder: SweepFolder, cluster: Cluster, listener: Listener | None = None) -> Sweep:
    """Run a sweep, or what is left of it."""
    sweep = Sweep(folder.load_spec(), folder, cluster, listener or Listener())
    sweep.run()
    return sweep


def scores(sweep: Sweep) -> list[list[float]]:
    """The scores of every trial after each evaluation."""
    return [[score.value for score in trial.scores] for trial in sweep.trials]


def table(folder: SweepFolder) -> list[dict[str, str]]:
    """The rows of results.csv."""
    with (folder.root / "results.csv").open() as file:
        return list(csv.DictReader(file))


def signal_first_process(folder: SweepFolder, number: signal.Signals) -> int | None:
    """Send a signal to a process that trains; returns its trial, None if there is none yet."""
    for path in sorted(folder.root.glob("trials/*/seed-*")):
        progress = read_progress(path)
        if progress is None:
            continue
        results = [file.stat().st_mtime_ns for file in path.glob("evaluation-*.json")]
        if max(results, default=0) < (path / "progress.json").stat().st_mtime_ns:
            os.kill(progress.pid, number)
            return int(path.parent.name)
    return None
