"""Sweeps on a Ray of this machine in which trainings are killed, or hang."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

pytestmark = pytest.mark.soak
pytest.importorskip("ray", reason="the extra cluster is not installed")

from tests.cluster.sweeps import (  # noqa: E402
    Listener,
    run_sweep,
    scores,
    signal_first_process,
    small_spec,
    start_folder,
)
from tetris_arcade.cluster.session import Cluster  # noqa: E402
from tetris_arcade.cluster.sweep import Sweep, SweepView  # noqa: E402

SPEC = small_spec(steps=16_000)


@pytest.fixture(scope="module")
def undisturbed(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return run_sweep(start_folder(tmp_path_factory.mktemp("undisturbed"), SPEC), cluster)


def test_a_training_whose_process_is_killed_continues(
    cluster: Cluster, undisturbed: Sweep, tmp_path: Path
) -> None:
    folder = start_folder(tmp_path, SPEC)
    listener = Listener(lambda view: signal_first_process(folder, signal.SIGKILL) is not None)
    sweep = run_sweep(folder, cluster, listener)
    assert listener.is_done
    assert sweep._pool.restarts >= 1
    assert scores(sweep) == scores(undisturbed)


def test_a_training_that_hangs_fails_and_the_others_go_on(cluster: Cluster, tmp_path: Path) -> None:
    folder = start_folder(tmp_path, small_spec(steps=16_000, stall=4.0))
    stopped: list[int] = []

    def stop_one(view: SweepView) -> bool:
        trial = signal_first_process(folder, signal.SIGSTOP)
        stopped.extend([] if trial is None else [trial])
        return trial is not None

    sweep = run_sweep(folder, cluster, Listener(stop_one))
    status = [trial.status for trial in sweep.trials]
    assert status.count("failed") == 1
    assert status.index("failed") == stopped[0]
    assert "made no progress for 4 seconds" in sweep.trials[stopped[0]].reason
