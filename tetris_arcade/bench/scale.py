"""Benchmark of sweeps and evaluations on Ray: what a second worker brings, and the overhead of a trial.

One and two workers take turns on one Ray, so that both meet the same machine.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from tetris_arcade.cluster.evaluation import evaluate_on_cluster
from tetris_arcade.cluster.session import LOCAL, Cluster, open_cluster
from tetris_arcade.cluster.spec import SweepSpec, parse_spec
from tetris_arcade.cluster.sweep import Sweep, SweepView
from tetris_arcade.cluster.sweep_folder import create_sweep
from tetris_arcade.cluster.trials import Trial
from tetris_arcade.config.evaluation import EvaluationConditions
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.training.players import load_player

WORKERS = (1, 2)
_TURNS = 3
_CONDITIONS = EvaluationConditions(games=1_600, max_pieces=5_000, pieces="bag", height=20)
"""On the full board nearly every game reaches the limit, so that all are equally long."""
_SPEC = b"""
trials = 4
steps = 200000

[space]
learning_rate = { log_uniform = [1e-3, 4e-3] }

[score]
games = 32
max_pieces = 5000
pieces = "bag"
height = 20
"""


def bench_scale() -> dict[str, Any]:
    """Measure evaluations and sweeps with one and two workers; each value is the median of the turns."""
    with tempfile.TemporaryDirectory(prefix="tetris-arcade-bench-") as folder:
        paths = DataPaths(Path(folder))
        started = time.perf_counter()
        with open_cluster(paths, LOCAL, max(WORKERS), lambda _stage: None):
            start_seconds = time.perf_counter() - started
            clusters = {workers: Cluster(workers) for workers in WORKERS}
            games = _in_turns(clusters, _games_per_second)
            spec = parse_spec(_SPEC)
            overheads: list[float] = []
            trials = _in_turns(clusters, lambda cluster: _trials_per_hour(spec, paths, cluster, overheads))
    return {
        "start_seconds": start_seconds,
        "games_per_second_1_worker": games[1],
        "games_per_second_2_workers": games[2],
        "games_efficiency": games[2] / games[1] / 2,
        "trials_per_hour_1_worker": trials[1],
        "trials_per_hour_2_workers": trials[2],
        "trials_efficiency": trials[2] / trials[1] / 2,
        "overhead_seconds_per_trial": statistics.median(overheads),
    }


def _in_turns(clusters: dict[int, Cluster], measure: Any) -> dict[int, float]:
    """The median rate for each number of workers; a first turn that is not counted starts the processes."""
    measure(clusters[max(clusters)])
    turns = [{workers: measure(cluster) for workers, cluster in clusters.items()} for _ in range(_TURNS)]
    return {workers: statistics.median(turn[workers] for turn in turns) for workers in clusters}


def _games_per_second(cluster: Cluster) -> float:
    started = time.perf_counter()
    evaluate_on_cluster(cluster, load_player("dellacherie"), _CONDITIONS, 0, lambda _share: None)
    return _CONDITIONS.games / (time.perf_counter() - started)


def _trials_per_hour(spec: SweepSpec, paths: DataPaths, cluster: Cluster, overheads: list[float]) -> float:
    """Run the sweep once; adds what each worker did besides training and testing to `overheads`."""
    sweep = Sweep(spec, create_sweep(paths, "bench", _SPEC, spec.plan), cluster, _Silent())
    started = time.perf_counter()
    sweep.run()
    seconds = time.perf_counter() - started
    results = [result for trial in sweep.trials for results in trial.results for result in results]
    busy = sum(result.seconds + result.test_seconds for result in results)
    overheads.append((seconds * cluster.workers - busy) / len(sweep.trials))
    return len(sweep.trials) / seconds * 3_600


class _Silent:
    def update(self, view: SweepView) -> None:
        pass

    def trial_changed(self, trial: Trial) -> None:
        pass
