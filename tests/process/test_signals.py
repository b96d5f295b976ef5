"""Termination signals: their handlers, and the end of the terminal that started a training."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import pytest

from tetris_arcade.commands import train
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.signals import SignalInterrupts, handle_signals, termination_signals
from tetris_arcade.storage.checkpoints import load_checkpoint
from tetris_arcade.worker.child.channel import Channel

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no SIGHUP on this platform"),
]
ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 120.0


def _current_handlers() -> list[object]:
    return [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]


def test_handlers_are_called_and_restored() -> None:
    before, received = _current_handlers(), []
    with handle_signals(received.append):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.raise_signal(number)
    assert received == [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
    assert _current_handlers() == before


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signal_raises_keyboard_interrupt(number: signal.Signals, exit_code: int) -> None:
    before, hook = _current_handlers(), sys.unraisablehook
    with SignalInterrupts() as interrupts:
        assert not interrupts.was_interrupted
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert interrupts.was_interrupted
    assert interrupts.exit_code == exit_code
    assert (_current_handlers(), sys.unraisablehook) == (before, hook)


def test_handled_signals_are_not_interrupts() -> None:
    received: list[int] = []
    with handle_signals(received.append), SignalInterrupts() as interrupts:
        signal.raise_signal(signal.SIGTERM)
    assert received == [signal.SIGTERM]
    assert not interrupts.was_interrupted


def test_nohup_excludes_sighup() -> None:
    script = "from tetris_arcade.process.signals import *; print(len(termination_signals()))"
    command = ["nohup", sys.executable, "-c", script]
    silent = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    assert subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=60, **silent).stdout == b"2\n"
    assert signal.SIGHUP in termination_signals()


def _train_in_terminal(data: Path) -> tuple[int, int]:
    """Train in a terminal of its own; returns the process id and our end of the terminal."""
    import pty

    command = [sys.executable, "-m", "tetris_arcade", "train", "--height", "10"]
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execvp(command[0], [*command, "--data-dir", str(data)])
    return pid, terminal


def _wait_for_progress(terminal: int) -> None:
    output, deadline = b"", time.monotonic() + TIMEOUT_SECONDS
    while b"games, lines" not in output.replace(b"\r\n", b" "):
        assert time.monotonic() < deadline
        output += os.read(terminal, 65_536)


def _wait(pid: int) -> int:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError("the training did not end")


def test_closed_terminal_saves_latest(tmp_path: Path) -> None:
    pid, terminal = _train_in_terminal(tmp_path)
    _wait_for_progress(terminal)
    os.close(terminal)
    assert _wait(pid) in (0, 1)  # 1: its output could not be written
    assert load_checkpoint(DataPaths(tmp_path).latest, verify=True).metadata.timesteps > 0


def test_second_signal_interrupts_training() -> None:
    channel = Mock(spec=Channel)
    with handle_signals(partial(train._request_stop, threading.Event(), channel)):
        for _ in range(3):  # Both the system and the shell may report the end of one terminal.
            signal.raise_signal(signal.SIGHUP)
        assert channel.request_stop.called
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
