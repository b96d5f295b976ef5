"""A measurement in the worker: progress, a result that is kept, an end on demand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker.polling import Poller
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.worker.shared.messages import Evaluated, EvaluateTask, Failed, Progress, WorkerState
from tetris_arcade.worker.viewer.client import WorkerClient

START_UP_SECONDS = 180.0


@pytest.fixture
def watcher(tmp_path: Path) -> Iterator[Poller]:
    client = WorkerClient(DataPaths(tmp_path))
    yield Poller(client)
    client.close()


def test_an_evaluation_tells_its_progress_and_its_figures(watcher: Poller) -> None:
    watcher.client.start(EvaluateTask("dellacherie", games=4, max_pieces=1_000, pieces="bag", height=20))
    watcher.until_state(WorkerState.STOPPED, START_UP_SECONDS)
    (evaluated,) = watcher.of(Evaluated)
    assert isinstance(evaluated, Evaluated)
    evaluation = evaluated.evaluation
    low, high = evaluation.ci95_lines
    assert 390 <= low <= evaluation.mean_lines <= high <= 400
    assert evaluation.games == evaluation.capped_games == 4
    shares = [report.fraction for report in watcher.of(Progress) if isinstance(report, Progress)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_an_evaluation_ends_on_demand_without_a_result(watcher: Poller) -> None:
    watcher.client.start(EvaluateTask("bcts", games=20, max_pieces=None))
    watcher.until(lambda: len(watcher.of(Progress)) > 0, START_UP_SECONDS)
    watcher.client.stop()
    watcher.until_state(WorkerState.STOPPED, 5)
    assert watcher.of(Evaluated) == []


def test_an_evaluation_of_nobody_fails_in_one_sentence(watcher: Poller) -> None:
    watcher.client.start(EvaluateTask("nobody"))
    watcher.until_state(WorkerState.FAILED, START_UP_SECONDS)
    (failed,) = watcher.of(Failed)
    assert isinstance(failed, Failed)
    assert "nobody" in failed.reason
    assert failed.traceback == ""
