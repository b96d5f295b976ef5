"""What asks the program to end: also the end of the terminal that it was started from."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.signals import termination_signals
from tetris_arcade.storage.checkpoints import load_checkpoint

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no terminals that hang up here")
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120.0


def _train_in_terminal(data: Path) -> tuple[int, int]:
    """A training at a terminal of its own: its process, and our end of the terminal."""
    import pty

    command = [sys.executable, "-m", "tetris_arcade", "train", "--height", "10"]
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execvp(command[0], [*command, "--data-dir", str(data)])
    return pid, terminal


def _wait_for_figures(terminal: int) -> None:
    said, deadline = b"", time.monotonic() + PATIENCE_SECONDS
    while b"games, lines" not in said.replace(b"\r\n", b" "):
        assert time.monotonic() < deadline
        said += os.read(terminal, 65_536)


def _wait(pid: int) -> int:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError("it did not end")


def test_a_training_whose_terminal_is_closed_has_saved_latest(tmp_path: Path) -> None:
    pid, terminal = _train_in_terminal(tmp_path)
    _wait_for_figures(terminal)
    os.close(terminal)
    assert _wait(pid) in (0, 1)  # 1: nobody is there to take its answer
    assert load_checkpoint(DataPaths(tmp_path).latest, verify=True).metadata.timesteps > 0


def test_one_end_of_a_terminal_may_be_told_of_twice(tmp_path: Path) -> None:
    pid, terminal = _train_in_terminal(tmp_path)
    _wait_for_figures(terminal)
    for _ in range(5):
        os.kill(pid, signal.SIGHUP)
    os.close(terminal)
    _wait(pid)
    assert load_checkpoint(DataPaths(tmp_path).latest, verify=True).metadata.timesteps > 0


def test_who_was_told_not_to_mind_the_terminal_does_not() -> None:
    script = "from tetris_arcade.process.signals import ending_signals; print(len(ending_signals()))"
    command = ["nohup", sys.executable, "-c", script]
    silent = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    assert subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=60, **silent).stdout == b"2\n"
    assert signal.SIGHUP in termination_signals()
