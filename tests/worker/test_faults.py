"""A worker can die in any way: the viewer's frames go on, it says what happened, and the work goes on."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.worker.counting_task import CountTask
from tests.worker.polling import QUICK, Poller, held, watched_client
from tetris_arcade.worker.shared.messages import Failed, SetSpeed, SetVisuals, Started, Warned, WorkerState
from tetris_arcade.worker.viewer.supervision import Timeouts


def _strike(watcher: Poller, number: int) -> None:
    pid = watcher.client.pid
    assert pid is not None
    os.kill(pid, number)


def _until_recovered(watcher: Poller) -> None:
    starts = len(watcher.of(Started))
    watcher.until(lambda: len(watcher.of(Started)) > starts)
    reached = watcher.timesteps
    watcher.until(lambda: watcher.timesteps != reached)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("exception", "The counter failed: RuntimeError: the counter broke"),
        pytest.param(
            "memory",
            "The counter has run out of memory.",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no such limit holds"),
        ),
        ("exit", "The counter ended unexpectedly (exit code 3)."),
        ("hang", "The counter gave no sign of life for "),
    ],
)
def test_a_fault_of_its_own_is_told_and_the_work_goes_on(fault: str, sentence: str, tmp_path: Path) -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(file=str(tmp_path / "count"), fault=fault, fault_at=250))
        watcher.until_state(WorkerState.RESTARTING)
        assert watcher.client.message.startswith(sentence)
        assert [type(report) for report in watcher.reports].count(Failed) == 1
        _until_recovered(watcher)
        assert watcher.timesteps >= 200


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP])
def test_a_fault_from_outside_is_told_and_the_work_goes_on(number: int, tmp_path: Path) -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(file=str(tmp_path / "count")))
        watcher.until(lambda: watcher.timesteps > 300)
        _strike(watcher, number)
        watcher.until_state(WorkerState.RESTARTING)
        assert watcher.client.message.startswith("The counter ")
        reached = watcher.timesteps
        _until_recovered(watcher)
        watcher.until(lambda: watcher.timesteps > reached)


def test_what_the_viewer_had_set_is_in_force_after_a_restart() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(speed=50.0))
        watcher.until_state(WorkerState.RUNNING)
        watcher.client.send(SetSpeed(10.0))
        watcher.client.send(SetVisuals(True))
        _strike(watcher, signal.SIGKILL)
        watcher.until_state(WorkerState.RESTARTING)
        _until_recovered(watcher)
        assert watcher.client.frame["boards"][0]["move_seconds"] == pytest.approx(0.1)


def test_a_pause_outlives_a_restart() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(paused=True))
        watcher.until_state(WorkerState.PAUSED)
        _strike(watcher, signal.SIGKILL)
        watcher.until_state(WorkerState.RESTARTING)
        watcher.until_state(WorkerState.PAUSED)
        watcher.frames(10)
        assert watcher.timesteps == 0


@pytest.mark.parametrize(("is_warm", "seconds"), [(True, 180), (False, 900)])
def test_a_start_that_has_to_compile_is_given_more_time(
    is_warm: bool, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tetris_arcade.worker.viewer.session.is_warm", lambda: is_warm)
    with watched_client(Timeouts()) as watcher:
        client, begun_at = watcher.client, time.monotonic()
        client.start(CountTask(fault="start-up"))
        for tick in range(4 * (seconds - 5)):
            client.poll(begun_at + tick / 4)
        assert client.state is WorkerState.STARTING
        tick = 0
        while (
            client.state is WorkerState.STARTING and tick < 4 * 10
        ):  # it may be gone, and come again, at once
            client.poll(begun_at + seconds - 5 + tick / 4)
            tick += 1
        watcher.until_state(WorkerState.RESTARTING)
        assert "gave no sign of life" in client.message


def test_a_worker_that_always_breaks_is_tried_again_less_and_less_often() -> None:
    with watched_client(replace(QUICK, first_pause=0.1, longest_pause=0.8)) as watcher:
        watcher.client.start(CountTask(fault="exit", is_fault_repeated=True))
        failed_at, begun_at, pid = [], [], watcher.client.pid
        while len(begun_at) < 5:
            if any(isinstance(report, Failed) for report in watcher.frame()):
                failed_at.append(time.monotonic())
            if watcher.client.pid not in (None, pid):
                pid = watcher.client.pid
                begun_at.append(time.monotonic())
        pauses = [begin - fail for fail, begin in zip(failed_at, begun_at[1:], strict=False)]
        # Each pause can only be found longer than it is, by a frame.
        assert all(found > wanted - 0.05 for found, wanted in zip(pauses, (0.1, 0.2, 0.4, 0.8), strict=True))


def test_a_hopeless_task_is_not_tried_again() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(fault="final"))
        watcher.until_state(WorkerState.FAILED)
        assert watcher.client.message == "There is no slot called nobody."
        watcher.frames(20)
        assert watcher.client.pid is None


def test_a_stop_ends_the_wait_for_a_restart() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(fault="exit"))
        watcher.until_state(WorkerState.RESTARTING)
        watcher.client.stop()
        watcher.frames(20)
        assert watcher.client.state is WorkerState.STOPPED
        assert not watcher.client.is_busy


def test_a_stopped_process_is_ended_by_a_stop() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask())
        watcher.until_state(WorkerState.RUNNING)
        _strike(watcher, signal.SIGSTOP)
        watcher.client.stop()
        watcher.until_state(WorkerState.STOPPED, seconds=4)


def test_twenty_thousand_long_reports_neither_hang_nor_swell_anybody() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(fault="flood", fault_at=10))
        watcher.until(lambda: watcher.timesteps > 10_000)
        warned = watcher.of(Warned)
        assert warned
        assert all(len(report.text.encode()) < 4_000 for report in warned if isinstance(report, Warned))


def _is_whole(watcher: Poller) -> bool:
    counters, boards = watcher.client.frame["counters"], watcher.client.frame["boards"]
    numbers = {int(counters[name]) for name in ("timesteps", "episodes", "updates")}
    return len(numbers | {int(move) for move in boards["move"]}) == 1


def _faults(number: int) -> list[int]:
    generator = random.Random(number)
    return [generator.choice([signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP]) for _ in range(number)]


def _injected(number: int, watcher: Poller) -> int:
    """Strike so many times; how many frames were looked at."""
    frames = 0
    for fault in _faults(number):
        starts = len(watcher.of(Started))
        _strike(watcher, fault)
        while len(watcher.of(Started)) == starts or watcher.client.state is not WorkerState.RUNNING:
            watcher.frame()
            frames += 1
            assert _is_whole(watcher)
        watcher.until(lambda: watcher.client.state is WorkerState.RUNNING)
    return frames


def _attack(number: int, file: Path) -> float:
    """Inject faults into a counting worker and hold it to the promises; the longest poll in seconds."""
    with watched_client() as watcher:
        watcher.client.start(CountTask(file=str(file)))
        watcher.until_state(WorkerState.RUNNING)
        _injected(1, watcher)
        before = held()
        watcher.longest_poll = 0.0
        assert _injected(number, watcher) > number
        assert len(watcher.of(Started)) == number + 2
        assert held() == before
        return watcher.longest_poll


def test_ten_faults_ten_recoveries_and_nothing_grows(tmp_path: Path) -> None:
    _attack(10, tmp_path / "count")


@pytest.mark.soak
def test_a_hundred_faults_a_hundred_recoveries_and_nothing_grows(tmp_path: Path) -> None:
    longest = _attack(100, tmp_path / "count")
    print(f"longest poll {1000 * longest:.1f} ms")
