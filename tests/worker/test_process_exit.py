"""However a viewer or its worker ends: no process, no shared memory and no message is left."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from multiprocessing import resource_tracker
from pathlib import Path

import psutil
import pytest

from tests.worker.counting_task import CountTask, UnloadableTask, UnrepeatedTask
from tests.worker.polling import SHORT_TIMEOUTS, polled_client
from tetris_arcade.worker.shared.messages import WorkerState

pytestmark = pytest.mark.system

SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


def _viewer(file: Path, way: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-m", "tests.worker.crashing_viewer", str(file), way]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def _worker_of(viewer: subprocess.Popen[str]) -> psutil.Process:
    assert viewer.stdout is not None
    return psutil.Process(int(viewer.stdout.readline()))


def _wait_until_gone(process: psutil.Process, seconds: float) -> float:
    """Wait for a process to end; return the seconds that it took."""
    started_at = time.monotonic()
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() - started_at < seconds
        time.sleep(0.005)
    return time.monotonic() - started_at


@pytest.mark.parametrize("way", ["close", "leak", "leak-stalled", "crash"])
def test_viewer_exit_leaves_nothing_behind(way: str, tmp_path: Path) -> None:
    viewer = _viewer(tmp_path / "count", way)
    worker = _worker_of(viewer)
    _, errors = viewer.communicate("\n", timeout=8)
    assert not worker.is_running()
    assert ("the viewer broke" in errors) == (way == "crash")
    assert "leaked" not in errors
    assert "Exception ignored" not in errors
    assert errors == "" or way == "crash"
    assert way == "leak-stalled" or (tmp_path / "count.ended").exists()


@pytest.mark.parametrize("way", ["kill", "exit"])
@pytest.mark.parametrize("is_stopped", [False, True])
def test_worker_dies_with_a_killed_viewer(way: str, is_stopped: bool, tmp_path: Path) -> None:
    viewer = _viewer(tmp_path / "count", way)
    worker = _worker_of(viewer)
    if is_stopped:
        worker.suspend()
    assert viewer.stdin is not None
    viewer.stdin.write("\n")
    viewer.stdin.flush()
    viewer.wait(5)
    assert _wait_until_gone(worker, 1.0) < 1.0
    viewer.communicate()


@pytest.mark.parametrize("number", SIGNALS)
def test_worker_saves_on_a_signal(number: int, tmp_path: Path) -> None:
    file = tmp_path / "count"
    with polled_client() as poller:
        poller.client.start(CountTask(file=str(file)))
        poller.until(lambda: poller.timesteps > 100)
        assert poller.client.pid is not None
        os.kill(poller.client.pid, number)
        poller.until_state(WorkerState.STOPPED)
        assert int(file.read_text()) == poller.timesteps


def test_worker_lowers_its_priority() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask())
        poller.until_state(WorkerState.RUNNING)
        assert psutil.Process(poller.client.pid).nice() == min(psutil.Process().nice() + 10, 19)


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="needs signal masks")
@pytest.mark.parametrize("number", SIGNALS)
def test_signal_during_start_up_ends_quietly(number: int, capfd: pytest.CaptureFixture[str]) -> None:
    # A long `save`, because on a busy machine it includes the start of the interpreter.
    with polled_client(replace(SHORT_TIMEOUTS, save=20.0)) as poller:
        poller.client.start(CountTask(fault="start-up"))
        poller.frame()
        assert poller.client.pid is not None
        os.kill(poller.client.pid, number)
        poller.client.stop()
        poller.until_state(WorkerState.STOPPED)
        assert poller.client.message == "The counter has ended."
    assert capfd.readouterr().err == ""


def test_viewer_unblocks_signals_after_a_start() -> None:
    with polled_client() as poller:
        poller.client.start(CountTask(fault="start-up"))
        poller.frame()
        assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()


def test_exit_skips_exit_handlers() -> None:
    script = (
        "import atexit, time; atexit.register(time.sleep, 60);"
        "from tetris_arcade.worker.child.main import _exit_immediately;"
        "print('output', end=''); _exit_immediately()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, "output", "")


def test_process_whose_parent_has_died_already_ends() -> None:
    script = "from tetris_arcade.process.parent import die_with_parent; die_with_parent({pid}); print(1)"
    for pid, output in ((os.getpid(), "1\n"), (2**22 + 1, "")):
        command = [sys.executable, "-c", script.format(pid=pid)]
        assert subprocess.run(command, capture_output=True, text=True, timeout=30).stdout == output


@pytest.mark.parametrize("fault", ["setpriority:error=EPERM", "clone3:error=EAGAIN"])
def test_refused_system_call(fault: str, tmp_path: Path) -> None:
    """A worker works without a lower priority, and without a thread for its watchdog."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    script = (
        "import os, sys\n"
        "from tests.worker.counting_task import UnrepeatedTask\n"
        "from tests.worker.polling import polled_client\n"
        "from tetris_arcade.worker.viewer.supervision import Timeouts\n"
        "if __name__ == '__main__':\n"
        "    with polled_client(Timeouts()) as poller:\n"
        "        poller.client.start(UnrepeatedTask(moves=40, speed=20.0))\n"
        "        poller.until(lambda: not poller.client.is_busy, 60.0)\n"
        "        print(poller.client.message)\n"
    )
    (tmp_path / "viewer.py").write_text(script)
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={fault}", sys.executable]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, str(tmp_path / "viewer.py")], capture_output=True, text=True, env=environment
    )
    assert done.stdout == "The counter has ended: all moves were made.\n", done.stderr


def test_code_that_cannot_be_imported_is_named(caplog: pytest.LogCaptureFixture) -> None:
    with polled_client() as poller:
        poller.client.start(UnloadableTask())
        poller.until_state(WorkerState.FAILED)
        assert poller.client.message == (
            "The counter could not be started: ImportError: half of the installation is missing."
        )
    assert "Traceback" in caplog.text


def test_interpreter_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    resource_tracker.ensure_running()  # As an interpreter that starts before.
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    with polled_client() as poller:
        poller.client.start(UnrepeatedTask())
        poller.until_state(WorkerState.FAILED)
        assert poller.client.message == (
            "The counter could not be started: ModuleNotFoundError: No module named 'encodings'."
        )


def test_library_that_ends_the_process_before_its_start_is_quoted(caplog: pytest.LogCaptureFixture) -> None:
    with polled_client() as poller:
        poller.client.start(UnrepeatedTask(fault="abort"))
        poller.until_state(WorkerState.FAILED)
        assert poller.client.message == "The counter could not be started: Error: no such library."
    assert "Warning: two of them\nError: no such library\nsignal SIGABRT" in caplog.text


def test_messages_before_the_start_are_shown_after_it(capfd: pytest.CaptureFixture[str]) -> None:
    with polled_client() as poller:
        poller.client.start(UnrepeatedTask(fault="warning"))
        poller.until(lambda: poller.timesteps > 10)
        assert capfd.readouterr().err == "Warning: two of them\nError: no such library\n"
        assert poller.client.pid is not None
        os.kill(poller.client.pid, signal.SIGSEGV)
        poller.until_state(WorkerState.FAILED)
        assert poller.client.message == "The counter ended unexpectedly: signal SIGSEGV."
