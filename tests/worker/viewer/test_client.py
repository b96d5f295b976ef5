"""A worker's life as the viewer steers it, through real processes."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from tests.worker.counting_task import CountTask, UnrepeatedTask
from tests.worker.polling import watched_client
from tetris_arcade.worker.shared.messages import (
    Pause,
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
    Warned,
    WorkerState,
)
from tetris_arcade.worker.viewer.supervision import Timeouts


def test_a_task_runs_to_its_end() -> None:
    with watched_client() as watcher:
        assert watcher.client.state is WorkerState.IDLE
        watcher.client.start(CountTask(moves=1_000))
        assert watcher.client.state is WorkerState.STARTING
        watcher.until_state(WorkerState.STOPPED)
        assert [type(report) for report in watcher.reports] == [Stage, Started, Stopped]
        assert watcher.client.message == "The counter has ended: all moves made."
        assert watcher.timesteps == 1_000
        assert not watcher.client.is_busy


def test_a_stopped_worker_saves_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "count"
    with watched_client() as watcher:
        watcher.client.start(CountTask(file=str(file)))
        watcher.until(lambda: watcher.timesteps > 10)
        watcher.client.stop()
        assert watcher.client.state is WorkerState.STOPPING
        watcher.until_state(WorkerState.STOPPED)
        assert int(file.read_text()) == watcher.timesteps


def test_a_stop_during_start_up_ends_at_once() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(fault="start-up"))
        watcher.frame()
        process = psutil.Process(watcher.client.pid)
        watcher.client.send(Stop())
        watcher.until_state(WorkerState.STOPPED, seconds=5)
        assert not process.is_running()


def test_a_worker_that_does_not_stop_is_ended_within_the_limits() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(save_seconds=600.0))
        watcher.until_state(WorkerState.RUNNING)
        process = psutil.Process(watcher.client.pid)
        watcher.client.stop()
        watcher.until_state(WorkerState.STOPPED)
        assert "did not end in time" in watcher.client.message
        assert not process.is_running()


def test_the_limits_keep_the_five_seconds_that_an_end_may_take() -> None:
    assert Timeouts().save + Timeouts().terminate < 5.0


def test_a_pause_stands_still_and_is_over_when_it_is_over() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask())
        watcher.until(lambda: watcher.timesteps > 10)
        watcher.client.send(Pause())
        watcher.until_state(WorkerState.PAUSED)
        watcher.frame()
        reached = watcher.timesteps
        watcher.frames(20)
        assert watcher.timesteps == reached
        assert watcher.client.is_paused
        watcher.client.send(Resume())
        watcher.until(lambda: watcher.timesteps > reached)
        assert watcher.client.state is WorkerState.RUNNING


def test_a_task_can_begin_paused_and_go_on_step_by_step() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(paused=True))
        watcher.until_state(WorkerState.PAUSED)
        for number in range(1, 4):
            watcher.client.send(Step())
            watcher.until(lambda number=number: watcher.timesteps == number)
        watcher.frames(10)
        assert watcher.timesteps == 3


def test_commands_sent_in_a_pause_are_obeyed_in_the_pause() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(paused=True))
        watcher.until_state(WorkerState.PAUSED)
        for number in range(20):
            assert watcher.client.send(SaveSlot(f"slot-{number}"))
        watcher.until(lambda: len(watcher.of(Warned)) == 20)
        assert watcher.of(Warned)[-1] == Warned(repr(SaveSlot("slot-19")))
        assert watcher.client.state is WorkerState.PAUSED


def test_speed_paces_and_visuals_off_lets_go() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(speed=20.0))
        watcher.until(lambda: watcher.timesteps == 2)
        begun_at = time.monotonic()
        watcher.until(lambda: watcher.timesteps == 12)
        assert time.monotonic() - begun_at > 0.4
        assert watcher.client.frame["boards"][0]["move_seconds"] == pytest.approx(0.05)
        watcher.client.send(SetVisuals(False))
        watcher.until(lambda: watcher.timesteps > 500, seconds=3)
        assert watcher.client.speed == pytest.approx(20.0)


def test_no_worker_obeys_no_command_but_keeps_the_levels() -> None:
    with watched_client() as watcher:
        assert not watcher.client.send(Save())
        assert watcher.client.send(SetSpeed(3.0))
        assert watcher.client.speed == pytest.approx(3.0)


def test_a_full_queue_says_so_and_holds_nobody_up() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(fault="start-up"))
        watcher.frame()
        answers = [watcher.client.send(Save()) for _ in range(5_000)]
        assert answers[0]
        assert not answers[-1]


def test_another_task_takes_over_when_the_first_has_saved(tmp_path: Path) -> None:
    file = tmp_path / "count"
    with watched_client() as watcher:
        watcher.client.start(CountTask(file=str(file)))
        watcher.until(lambda: watcher.timesteps > 150)
        watcher.client.send(Pause())
        watcher.client.start(CountTask(moves=3, speed=100.0))
        assert watcher.client.state is WorkerState.STOPPING
        watcher.until(lambda: len(watcher.of(Stopped)) == 2)
        assert int(file.read_text()) > 150
        assert watcher.timesteps == 3


def test_a_waiting_task_is_forgotten_by_a_stop() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask())
        watcher.until_state(WorkerState.RUNNING)
        watcher.client.start(CountTask())
        watcher.client.stop()
        watcher.until_state(WorkerState.STOPPED)
        watcher.frames(5)
        assert not watcher.client.is_busy


def test_a_failed_evaluation_is_not_repeated() -> None:
    with watched_client() as watcher:
        watcher.client.start(UnrepeatedTask(fault="exception"))
        watcher.until_state(WorkerState.FAILED)
        assert "the counter broke" in watcher.client.message


def test_a_closed_client_is_quiet() -> None:
    with watched_client() as watcher:
        client = watcher.client
    client.close()
    assert client.poll() == []
    assert not client.send(Pause())
    assert client.state is WorkerState.IDLE
    with pytest.raises(ValueError, match="closed"):
        client.start(CountTask())
