"""A worker may fail in any way: the viewer does not block, reports what happened, and the work continues."""

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
from tests.worker.polling import SHORT_TIMEOUTS, Poller, polled_client, resource_counts
from tetris_arcade.worker.shared.messages import Failed, SetSpeed, SetVisuals, Started, Warned, WorkerState
from tetris_arcade.worker.viewer.supervision import Timeouts

pytestmark = pytest.mark.system


def _send_signal(poller: Poller, number: int) -> None:
    pid = poller.client.pid
    assert pid is not None
    os.kill(pid, number)


def _wait_for_restart(poller: Poller) -> None:
    starts = len(poller.of(Started))
    poller.until(lambda: len(poller.of(Started)) > starts)
    reached = poller.timesteps
    poller.until(lambda: poller.timesteps != reached)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("exception", "The counter failed: RuntimeError: the counter broke"),
        pytest.param(
            "memory",
            "The counter has run out of memory.",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="needs RLIMIT_AS"),
        ),
        ("exit", "The counter ended unexpectedly."),
        ("hang", "The counter did not respond for "),
    ],
)
def test_failure_is_reported_and_restarted(fault: str, sentence: str, tmp_path: Path) -> None:
    with polled_client() as poller:
        poller.client.start(CountTask(file=str(tmp_path / "count"), fault=fault, fault_at=250))
        poller.until_state(WorkerState.RESTARTING)
        assert poller.client.message.startswith(sentence)
        assert [type(report) for report in poller.reports].count(Failed) == 1
        _wait_for_restart(poller)
        assert poller.timesteps >= 200


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP])
def test_killed_worker_is_restarted(number: int, tmp_path: Path) -> None:
    with polled_client() as poller:
        poller.client.start(CountTask(file=str(tmp_path / "count")))
        poller.until(lambda: poller.timesteps > 300)
        _send_signal(poller, number)
        poller.until_state(WorkerState.RESTARTING)
        assert poller.client.message.startswith("The counter ")
        reached = poller.timesteps
        _wait_for_restart(poller)
        poller.until(lambda: poller.timesteps > reached)


def test_controls_survive_a_restart() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask(speed=50.0))
        poller.until_state(WorkerState.RUNNING)
        poller.client.send(SetSpeed(10.0))
        poller.client.send(SetVisuals(True))
        _send_signal(poller, signal.SIGKILL)
        poller.until_state(WorkerState.RESTARTING)
        _wait_for_restart(poller)
        assert poller.client.frame["boards"][0]["move_seconds"] == pytest.approx(0.1)


def test_pause_survives_a_restart() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask(paused=True))
        poller.until_state(WorkerState.PAUSED)
        _send_signal(poller, signal.SIGKILL)
        poller.until_state(WorkerState.RESTARTING)
        poller.until_state(WorkerState.PAUSED)
        poller.frames(10)
        assert poller.timesteps == 0


@pytest.mark.parametrize(("is_warm", "seconds"), [(True, 180), (False, 900)])
def test_start_that_compiles_has_a_longer_timeout(
    is_warm: bool, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tetris_arcade.worker.viewer.session.is_warm", lambda: is_warm)
    with polled_client(Timeouts()) as poller:
        client, started_at = poller.client, time.monotonic()
        client.start(CountTask(fault="start-up"))
        for tick in range(4 * (seconds - 5)):
            client.poll(started_at + tick / 4)
        assert client.state is WorkerState.STARTING
        for tick in range(4 * 10):
            if client.state is not WorkerState.STARTING:
                break  # Further polls might already restart it.
            client.poll(started_at + seconds - 5 + tick / 4)
        poller.until_state(WorkerState.RESTARTING)
        assert "did not respond" in client.message


def test_restarts_back_off() -> None:
    with polled_client(replace(SHORT_TIMEOUTS, first_delay=0.1, longest_delay=0.8)) as poller:
        poller.client.start(CountTask(fault="exit", is_fault_repeated=True))
        failed_at, started_at, pid = [], [], poller.client.pid
        while len(started_at) < 5:
            if any(isinstance(report, Failed) for report in poller.frame()):
                failed_at.append(time.monotonic())
            if poller.client.pid not in (None, pid):
                pid = poller.client.pid
                started_at.append(time.monotonic())
        delays = [start - failure for failure, start in zip(failed_at, started_at[1:], strict=False)]
        # A start is seen up to a frame late, so delays are only measured too long.
        assert all(delay > least - 0.05 for delay, least in zip(delays, (0.1, 0.2, 0.4, 0.8), strict=True))


def test_final_failure_is_not_restarted() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask(fault="final"))
        poller.until_state(WorkerState.FAILED)
        assert poller.client.message == "There is no slot called nobody."
        poller.frames(20)
        assert poller.client.pid is None


def test_stop_cancels_a_pending_restart() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask(fault="exit"))
        poller.until_state(WorkerState.RESTARTING)
        poller.client.stop()
        poller.frames(20)
        assert poller.client.state is WorkerState.STOPPED
        assert not poller.client.is_busy


def test_suspended_process_is_killed_by_a_stop() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask())
        poller.until_state(WorkerState.RUNNING)
        _send_signal(poller, signal.SIGSTOP)
        poller.client.stop()
        poller.until_state(WorkerState.STOPPED, seconds=4)


def test_flood_of_reports_does_not_block() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask(fault="flood", fault_at=10))
        poller.until(lambda: poller.timesteps > 1_000)
        warned = poller.of(Warned)
        assert warned
        assert all(len(report.text.encode()) < 4_000 for report in warned if isinstance(report, Warned))


def _is_whole(poller: Poller) -> bool:
    counters, boards = poller.client.frame["counters"], poller.client.frame["boards"]
    numbers = {int(counters[name]) for name in ("timesteps", "episodes", "updates")}
    return len(numbers | {int(move) for move in boards["move"]}) == 1


def _faults(number: int) -> list[int]:
    generator = random.Random(number)
    return [generator.choice([signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP]) for _ in range(number)]


def _inject(number: int, poller: Poller) -> int:
    """Inject faults; return the number of frames that were checked."""
    frames = 0
    for fault in _faults(number):
        starts = len(poller.of(Started))
        _send_signal(poller, fault)
        while len(poller.of(Started)) == starts or poller.client.state is not WorkerState.RUNNING:
            poller.frame()
            frames += 1
            assert _is_whole(poller)
        poller.until(lambda: poller.client.state is WorkerState.RUNNING)
    return frames


def _inject_and_check(number: int, file: Path) -> float:
    """Inject faults into a counting worker, check that nothing leaks; return the longest poll, in seconds."""
    with polled_client() as poller:
        poller.client.start(CountTask(file=str(file)))
        poller.until_state(WorkerState.RUNNING)
        _inject(1, poller)
        before = resource_counts()
        poller.longest_poll = 0.0
        assert _inject(number, poller) > number
        assert len(poller.of(Started)) == number + 2
        assert resource_counts() == before
        return poller.longest_poll


def test_six_faults_leak_nothing(tmp_path: Path) -> None:
    _inject_and_check(6, tmp_path / "count")


@pytest.mark.soak
def test_hundred_faults_leak_nothing(tmp_path: Path) -> None:
    longest = _inject_and_check(100, tmp_path / "count")
    print(f"longest poll {1000 * longest:.1f} ms")
