"""Failures of the whole program: a full disk, a second viewer, a killed viewer; with real trainers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.viewer_process import Viewer
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.atomic import SPARE_BYTES
from tetris_arcade.storage.checkpoints import load_checkpoint

pytestmark = [pytest.mark.system, pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")]
SMALL_DISK = "160m"
BYTES_FOR_A_SLOT = SPARE_BYTES + 400_000


def _can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _on_small_disk(folder: Path) -> tuple[str, ...]:
    shell = f'mount -t tmpfs -o size={SMALL_DISK} tmpfs {folder} && exec "$@"'
    return ("unshare", "-rm", "sh", "-c", shell, "sh")


@pytest.mark.skipif(not _can_mount(), reason="needs user namespaces to mount a small disk")
def test_full_disk_is_shown_and_training_continues(tmp_path: Path) -> None:
    with Viewer(tmp_path, *_on_small_disk(tmp_path)) as viewer:
        viewer.play({"train": 1.0})
        viewer.until(lambda state: state["saved_at"] > 0)
        viewer.play({"fill": BYTES_FOR_A_SLOT})
        before = time.time()
        full = viewer.until(lambda state: state["unsaved_since"] > 0)
        assert abs(full["unsaved_since"] - before) < 60
        clock = time.strftime("%H:%M", time.localtime(full["unsaved_since"]))
        assert full["screen"] == "Training"
        assert {f"NOT SAVED SINCE {clock}", "Is the disk full?"} <= set(full["texts"])
        later = viewer.until(lambda state: state["timesteps"] > full["timesteps"] + 2_000)
        assert later["unsaved_since"] == full["unsaved_since"]
        viewer.play("s", 0.3, "return", 0.3)  # A slot fits, but a run cannot be resumed from it.
        slot = viewer.until(lambda state: any("Saved as" in text for text in state["toasts"]))
        assert slot["unsaved_since"] == full["unsaved_since"]
        if picture := os.environ.get("TETRIS_ARCADE_PICTURES"):
            viewer.play(0.5, {"picture": f"{picture}/disk_full.png"})
        viewer.play({"free": 0})
        recovered = viewer.until(lambda state: state["unsaved_since"] == 0)
        assert recovered["saved_at"] > full["unsaved_since"]
        assert "NOT SAVED" not in "".join(recovered["texts"])
        assert recovered["trainer_pid"] == full["trainer_pid"]


def test_second_viewer_is_read_only(
    tmp_path: Path,
) -> None:
    with Viewer(tmp_path) as first:
        assert not first.play(0.1)["is_read_only"]
        with Viewer(tmp_path) as second:
            state = second.play(1.5)  # The other window says first whether it trains.
            assert state["is_read_only"]
            assert any("viewing and demo only" in text for text in state["toasts"])
            if picture := os.environ.get("TETRIS_ARCADE_PICTURES"):
                second.play(0.5, {"picture": f"{picture}/second.png"})
            state = second.play("return", 0.2, "return", 0.2)  # A training is refused with a message.
            assert state["trainer"] == "IDLE"
            assert any("training is not possible" in text for text in state["toasts"])
            second.play("escape", 0.2, "down", "down", "return", 0.2)
            assert second.until(lambda state: state["player"] == "RUNNING")["screen"] == "Demo"
            first.process.send_signal(signal.SIGKILL)
            first.process.wait()
            with Viewer(tmp_path) as third:
                state = third.play(0.1)
                assert not state["is_read_only"]
                assert state["toasts"] == []


def test_killed_viewer_leaves_a_valid_run_and_no_orphan(
    tmp_path: Path,
) -> None:
    with Viewer(tmp_path) as viewer:
        viewer.play({"train": 0.5})
        state = viewer.until(lambda state: state["saved_at"] > 0 and state["timesteps"] > 3_000)
        worker = psutil.Process(state["trainer_pid"])
        viewer.process.kill()
        viewer.process.wait()
        assert _ends_within(worker, 1.0)
    checkpoint = load_checkpoint(DataPaths(tmp_path).latest, verify=True)
    saved = checkpoint.metadata.timesteps
    assert saved > 0
    for name in checkpoint.metadata.files:
        assert checkpoint.read(name)
    with Viewer(tmp_path) as after:
        after.play(0.1)
        after.play("return", 0.3, "return")  # Train, continue the saved run
        assert after.until(lambda state: state["trainer"] == "RUNNING" and state["timesteps"] > 0)
        assert after.until(lambda state: state["timesteps"] >= saved)["trainer"] == "RUNNING"


def _ends_within(process: psutil.Process, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True
