"""The client's commands and states, with real processes."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from tests.worker.counting_task import CountTask, UnrepeatedTask
from tests.worker.polling import START_UP_SECONDS, Poller, polled_client
from tetris_arcade.config.env import EnvConfig
from tetris_arcade.worker.shared.messages import (
    GameEnded,
    Pause,
    PlayTask,
    Resume,
    Save,
    SaveSlot,
    SetSpeed,
    SetVisuals,
    Stage,
    Started,
    Step,
    Stop,
    Stopped,
    TrainTask,
    Warned,
    WorkerState,
)
from tetris_arcade.worker.viewer.supervision import Timeouts


def test_task_runs_to_its_end() -> None:
    with polled_client() as poller:
        assert poller.client.state is WorkerState.IDLE
        poller.client.start(CountTask(moves=1_000))
        assert poller.client.state is WorkerState.STARTING
        poller.until_state(WorkerState.STOPPED)
        assert [type(report) for report in poller.reports] == [Stage, Started, Stopped]
        assert poller.client.message == "The counter has ended: all moves were made."
        assert poller.timesteps == 1_000
        assert not poller.client.is_busy


def test_stopped_worker_saves(tmp_path: Path) -> None:
    file = tmp_path / "count"
    with polled_client() as poller:
        poller.client.start(CountTask(file=str(file)))
        poller.until(lambda: poller.timesteps > 10)
        poller.client.stop()
        assert poller.client.state is WorkerState.STOPPING
        poller.until_state(WorkerState.STOPPED)
        assert int(file.read_text()) == poller.timesteps


def test_stop_during_start_up_is_immediate() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask(fault="start-up"))
        poller.frame()
        process = psutil.Process(poller.client.pid)
        poller.client.send(Stop())
        poller.until_state(WorkerState.STOPPED, seconds=5)
        assert not process.is_running()


def test_worker_that_does_not_stop_is_killed() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask(save_seconds=600.0))
        poller.until_state(WorkerState.RUNNING)
        process = psutil.Process(poller.client.pid)
        poller.client.stop()
        poller.until_state(WorkerState.STOPPED)
        assert "did not stop in time" in poller.client.message
        assert not process.is_running()


def test_stop_timeouts_stay_below_five_seconds() -> None:
    assert Timeouts().save + Timeouts().terminate < 5.0


def test_pause_and_resume() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask())
        poller.until(lambda: poller.timesteps > 10)
        poller.client.send(Pause())
        poller.until_state(WorkerState.PAUSED)
        poller.frame()
        reached = poller.timesteps
        poller.frames(20)
        assert poller.timesteps == reached
        assert poller.client.is_paused
        poller.client.send(Resume())
        poller.until(lambda: poller.timesteps > reached)
        assert poller.client.state is WorkerState.RUNNING


def test_paused_start_and_single_steps() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask(paused=True))
        poller.until_state(WorkerState.PAUSED)
        for number in range(1, 4):
            poller.client.send(Step())
            poller.until(lambda number=number: poller.timesteps == number)
        poller.frames(10)
        assert poller.timesteps == 3


def test_commands_are_obeyed_during_a_pause() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask(paused=True))
        poller.until_state(WorkerState.PAUSED)
        for number in range(20):
            assert poller.client.send(SaveSlot(f"slot-{number}"))
        poller.until(lambda: len(poller.of(Warned)) == 20)
        assert poller.of(Warned)[-1] == Warned(repr(SaveSlot("slot-19")))
        assert poller.client.state is WorkerState.PAUSED


def test_speed_applies_only_with_visuals_on() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask(speed=20.0))
        poller.until(lambda: poller.timesteps == 2)
        started_at = time.monotonic()
        poller.until(lambda: poller.timesteps == 12)
        assert time.monotonic() - started_at > 0.4
        assert poller.client.frame["boards"][0]["move_seconds"] == pytest.approx(0.05)
        poller.client.send(SetVisuals(False))
        poller.until(lambda: poller.timesteps > 500, seconds=3)
        assert poller.client.speed == pytest.approx(20.0)


def test_without_worker_only_controls_are_set() -> None:
    with polled_client() as poller:
        assert not poller.client.send(Save())
        assert poller.client.send(SetSpeed(3.0))
        assert poller.client.speed == pytest.approx(3.0)


def test_send_to_a_full_pipe_returns_false() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask(fault="start-up"))
        poller.frame()
        answers = [poller.client.send(Save()) for _ in range(5_000)]
        assert answers[0]
        assert not answers[-1]


def test_next_task_starts_after_the_first_has_saved(tmp_path: Path) -> None:
    file = tmp_path / "count"
    with polled_client() as poller:
        poller.client.start(CountTask(file=str(file)))
        poller.until(lambda: poller.timesteps > 150)
        poller.client.send(Pause())
        poller.client.start(CountTask(moves=3, speed=100.0))
        assert poller.client.state is WorkerState.STOPPING
        poller.until(lambda: len(poller.of(Stopped)) == 2)
        assert int(file.read_text()) > 150
        assert poller.timesteps == 3


def test_stop_discards_a_waiting_task() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask())
        poller.until_state(WorkerState.RUNNING)
        poller.client.start(CountTask())
        poller.client.stop()
        poller.until_state(WorkerState.STOPPED)
        poller.frames(5)
        assert not poller.client.is_busy


def test_failed_task_without_restart_is_not_repeated() -> None:
    with polled_client() as poller:
        poller.client.start(UnrepeatedTask(fault="exception"))
        poller.until_state(WorkerState.FAILED)
        assert "the counter broke" in poller.client.message


def test_closed_client_does_nothing() -> None:
    with polled_client() as poller:
        client = poller.client
    client.close()
    assert client.poll() == []
    assert not client.send(Pause())
    assert client.state is WorkerState.IDLE
    with pytest.raises(ValueError, match="closed"):
        client.start(CountTask())


# --- One process for several tasks ---


def test_process_goes_on_with_another_game(process_poller: Poller) -> None:
    poller, client = process_poller, process_poller.client
    client.prepare()
    assert not client.is_busy
    poller.until(lambda: client.pid is not None)
    pid = client.pid
    client.start(PlayTask(("dellacherie",), seed=1, speed=50.0))  # While the process is still starting.
    assert client.state is WorkerState.STARTING
    poller.until_state(WorkerState.RUNNING, START_UP_SECONDS)
    poller.until(lambda: int(client.frame["boards"][0]["pieces"]) > 5)
    time.sleep(0.2)  # More frames come, and nobody reads them.
    client.rest()
    assert not client.is_busy
    poller.reports.clear()
    client.start(PlayTask(("random", "bcts"), paused=True))
    assert not client.frame["num_boards"]  # Nothing of the game before.
    poller.until(lambda: bool(client.frame["num_boards"]), seconds=5)
    assert client.frame["num_boards"] == 2
    assert client.frame["boards"][0]["pieces"] == 0
    assert client.pid == pid
    assert [type(report) for report in poller.reports if not isinstance(report, Stage)] == [Started]


def test_reports_of_the_task_before_are_dropped(poller: Poller) -> None:
    client = poller.client
    client.start(PlayTask(("random",), env=EnvConfig(max_pieces=30)))
    poller.until(lambda: bool(poller.of(GameEnded)), START_UP_SECONDS)
    time.sleep(0.3)  # More games end, and nobody reads their reports.
    client.start(PlayTask(("dellacherie",), speed=1.0))
    poller.reports.clear()
    poller.until_state(WorkerState.RUNNING)
    poller.frames(30)
    assert poller.of(GameEnded) == []


def test_task_that_its_process_cannot_do_fails_by_itself(poller: Poller) -> None:
    client = poller.client
    client.start(PlayTask(("random",), speed=5.0))
    poller.until_state(WorkerState.RUNNING, START_UP_SECONDS)
    client.start(PlayTask(("nobody",)))
    poller.until_state(WorkerState.FAILED, START_UP_SECONDS)
    assert "nobody" in client.message
    client.rest()
    client.start(PlayTask(("random",), speed=5.0))
    poller.until_state(WorkerState.RUNNING, START_UP_SECONDS)


def test_killed_waiting_process_is_replaced_when_needed(process_poller: Poller) -> None:
    client = process_poller.client
    client.prepare()
    process_poller.until(lambda: client.pid is not None)
    psutil.Process(client.pid).kill()
    process_poller.until(lambda: client.pid is None)
    process_poller.frames(20)
    assert client.pid is None
    client.start(PlayTask(("random",)))
    process_poller.until_state(WorkerState.RUNNING, START_UP_SECONDS)


def test_training_never_shares_a_process() -> None:
    assert not TrainTask.shares_process
    assert not CountTask.shares_process
