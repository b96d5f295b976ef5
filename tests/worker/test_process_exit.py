"""However a viewer or its worker ends, nothing is left: no process, no shared memory, no complaint."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.worker.counting_task import CountTask
from tests.worker.polling import watched_client
from tetris_arcade.worker.shared.messages import WorkerState

ENDINGS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


def _viewer(file: Path, way: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-m", "tests.worker.crashing_viewer", str(file), way]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def _worker_of(viewer: subprocess.Popen[str]) -> psutil.Process:
    assert viewer.stdout is not None
    return psutil.Process(int(viewer.stdout.readline()))


def _segments(viewer: subprocess.Popen[str]) -> list[str]:
    return [
        path.name for path in Path("/dev/shm").iterdir() if path.name.startswith(f"tarcade_{viewer.pid}_")
    ]


def _until_gone(process: psutil.Process, seconds: float) -> float:
    """Seconds that it took."""
    begun_at = time.monotonic()
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() - begun_at < seconds
        time.sleep(0.005)
    return time.monotonic() - begun_at


@pytest.mark.parametrize("way", ["close", "forget", "forget-hung", "crash"])
def test_a_viewer_that_ends_leaves_nothing(way: str, tmp_path: Path) -> None:
    viewer = _viewer(tmp_path / "count", way)
    worker = _worker_of(viewer)
    assert _segments(viewer)
    _, errors = viewer.communicate("\n", timeout=8)
    assert not worker.is_running()
    assert _segments(viewer) == []
    assert ("the viewer broke" in errors) == (way == "crash")
    assert "leaked" not in errors
    assert "Exception ignored" not in errors
    assert errors == "" or way == "crash"
    assert way == "forget-hung" or (tmp_path / "count.ended").exists()


@pytest.mark.parametrize("way", ["kill", "exit"])
@pytest.mark.parametrize("is_stopped", [False, True])
def test_no_worker_outlives_a_killed_viewer_by_a_second(way: str, is_stopped: bool, tmp_path: Path) -> None:
    viewer = _viewer(tmp_path / "count", way)
    worker = _worker_of(viewer)
    if is_stopped:
        worker.suspend()
    assert viewer.stdin is not None
    viewer.stdin.write("\n")
    viewer.stdin.flush()
    viewer.wait(5)
    assert _until_gone(worker, 1.0) < 1.0
    viewer.communicate()  # ends with the resource tracker, which removes the segment
    assert _segments(viewer) == []


@pytest.mark.parametrize("number", ENDINGS)
def test_a_signal_to_the_worker_lets_it_save_and_end(number: int, tmp_path: Path) -> None:
    file = tmp_path / "count"
    with watched_client() as watcher:
        watcher.client.start(CountTask(file=str(file)))
        watcher.until(lambda: watcher.timesteps > 100)
        assert watcher.client.pid is not None
        os.kill(watcher.client.pid, number)
        watcher.until_state(WorkerState.STOPPED)
        assert int(file.read_text()) == watcher.timesteps


def test_a_worker_is_modest() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask())
        watcher.until_state(WorkerState.RUNNING)
        assert psutil.Process(watcher.client.pid).nice() == min(psutil.Process().nice() + 10, 19)


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals cannot be held back here")
@pytest.mark.parametrize("number", ENDINGS)
def test_a_signal_during_start_up_ends_a_worker_without_a_word(
    number: int, capfd: pytest.CaptureFixture[str]
) -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(fault="start-up"))
        watcher.frame()
        assert watcher.client.pid is not None
        os.kill(watcher.client.pid, number)
        watcher.client.stop()
        watcher.until_state(WorkerState.STOPPED)
        assert watcher.client.message == "The counter has ended."
    assert capfd.readouterr().err == ""


def test_the_viewer_hears_signals_again_once_a_worker_is_started() -> None:
    with watched_client() as watcher:
        watcher.client.start(CountTask(fault="start-up"))
        watcher.frame()
        assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()


def test_a_worker_whose_work_is_done_waits_for_no_frameworks_way_out() -> None:
    script = (
        "import atexit, time; atexit.register(time.sleep, 60);"
        "from tetris_arcade.worker.child.main import _leave_at_once;"
        "print('last words', end=''); _leave_at_once()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, "last words", "")
