"""The first frame is timed by one clock, which both processes read."""

from __future__ import annotations

import subprocess
import time
from typing import Any

import pytest

from tetris_arcade.bench import viewer, viewer_child

pytestmark = pytest.mark.system


def test_first_frame_is_measured_from_the_parents_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the wall clock nor the system's idea of the process's creation has a part in it."""
    monkeypatch.setattr(viewer_child, "_open", lambda *_: _Window())
    monkeypatch.setattr(viewer_child, "_run_frames", lambda _app, seconds: [0.001] if seconds else [])
    monkeypatch.setattr(viewer_child, "_start_training", lambda _app: 1.0)
    monkeypatch.setattr(viewer_child, "_watching_cost", lambda _app: 0.0)
    monkeypatch.setattr(time, "time", lambda: 1e6)  # A clock that was set back.

    def run_here(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        time.sleep(0.3)  # As long as a process might take to start.
        exec(command[command.index("-c") + 1])
        return subprocess.CompletedProcess(command, 0, capsys.readouterr().out)

    monkeypatch.setattr(subprocess, "run", run_here)
    assert 0.3 <= viewer._measure(1280, 720, 1.0, "data")["first_frame_seconds"] < 30.0


class _Window:
    def close(self) -> None:
        pass
