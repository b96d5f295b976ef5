"""The evaluation task: progress, result, stop."""

from __future__ import annotations

from tests.worker.polling import START_UP_SECONDS, Poller
from tetris_arcade.worker.shared.messages import (
    Evaluated,
    EvaluateTask,
    Failed,
    PlayTask,
    Progress,
    WorkerState,
)


def test_evaluation_reports_progress_and_result(process_poller: Poller) -> None:
    process_poller.client.start(
        EvaluateTask("dellacherie", games=4, max_pieces=1_000, pieces="bag", height=20)
    )
    process_poller.until_state(WorkerState.STOPPED, START_UP_SECONDS)
    (evaluated,) = process_poller.of(Evaluated)
    assert isinstance(evaluated, Evaluated)
    evaluation = evaluated.evaluation
    low, high = evaluation.ci95_lines
    assert 390 <= low <= evaluation.mean_lines <= high <= 400
    assert evaluation.games == evaluation.capped_games == 4
    shares = [report.fraction for report in process_poller.of(Progress) if isinstance(report, Progress)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_process_waits_for_a_game_after_an_evaluation(process_poller: Poller) -> None:
    client = process_poller.client
    client.start(EvaluateTask("dellacherie", games=2, max_pieces=50))
    process_poller.until_state(WorkerState.STOPPED, START_UP_SECONDS)
    pid = client.pid
    assert (client.is_busy, client.message) == (False, "The evaluation has ended: all games were played.")
    assert len(process_poller.of(Evaluated)) == 1
    client.start(PlayTask(("bcts",), speed=None))
    process_poller.until_state(WorkerState.RUNNING, 5)
    assert client.pid == pid is not None
    client.start(EvaluateTask("dellacherie", games=2, max_pieces=50))
    process_poller.until_state(WorkerState.STOPPED, 5)
    assert client.pid == pid
    assert len(process_poller.of(Evaluated)) == 2


def test_stopped_evaluation_has_no_result(poller: Poller) -> None:
    poller.client.start(EvaluateTask("bcts", games=20, max_pieces=None))
    poller.until(lambda: len(poller.of(Progress)) > 0, START_UP_SECONDS)
    poller.client.stop()
    poller.until_state(WorkerState.STOPPED, 5)
    assert poller.of(Evaluated) == []


def test_evaluation_of_an_unknown_player_fails(poller: Poller) -> None:
    poller.client.start(EvaluateTask("nobody"))
    poller.until_state(WorkerState.FAILED, START_UP_SECONDS)
    (failed,) = poller.of(Failed)
    assert isinstance(failed, Failed)
    assert "nobody" in failed.reason
    assert failed.details == ""
