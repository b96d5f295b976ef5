"""What may befall the program as a whole: a full disk, a second program, a death that nobody could prepare
for. The viewers here are real, with real trainers."""

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

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
SHARED_MEMORY = Path("/dev/shm")
SMALL_DISK = "160m"
ROOM_FOR_A_SLOT = SPARE_BYTES + 400_000


def _can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _on_small_disk(folder: Path) -> tuple[str, ...]:
    shell = f'mount -t tmpfs -o size={SMALL_DISK} tmpfs {folder} && exec "$@"'
    return ("unshare", "-rm", "sh", "-c", shell, "sh")


@pytest.mark.skipif(not _can_mount(), reason="needs user namespaces, to mount a small disk")
def test_full_disk_is_shown_and_training_continues(tmp_path: Path) -> None:
    with Viewer(tmp_path, *_on_small_disk(tmp_path)) as viewer:
        viewer.play({"train": 1.0})
        viewer.until(lambda told: told["saved_at"] > 0)
        viewer.play({"fill": ROOM_FOR_A_SLOT})
        before = time.time()
        full = viewer.until(lambda told: told["unsaved_since"] > 0)
        assert abs(full["unsaved_since"] - before) < 60
        clock = time.strftime("%H:%M", time.localtime(full["unsaved_since"]))
        assert full["screen"] == "Training"
        assert full["lines"] == [f"NOT SAVED SINCE {clock}", "is the disk full?"]
        later = viewer.until(lambda told: told["timesteps"] > full["timesteps"] + 2_000)
        assert later["unsaved_since"] == full["unsaved_since"]
        viewer.play("s", 0.3, "return", 0.3)  # a slot is small enough, but nothing a run can go on from
        slot = viewer.until(lambda told: any("saved to the slot" in text for text in told["toasts"]))
        assert slot["unsaved_since"] == full["unsaved_since"]
        if picture := os.environ.get("TETRIS_ARCADE_PICTURES"):
            viewer.play(0.5, {"picture": f"{picture}/disk_full.png"})
        viewer.play({"free": 0})
        mended = viewer.until(lambda told: told["unsaved_since"] == 0)
        assert mended["saved_at"] > full["unsaved_since"]
        assert "NOT SAVED" not in "".join(mended["lines"])
        assert mended["trainer_pid"] == full["trainer_pid"]


def test_second_viewer_is_read_only(
    tmp_path: Path,
) -> None:
    with Viewer(tmp_path) as first:
        assert not first.play(0.1)["is_read_only"]
        with Viewer(tmp_path) as second:
            told = second.play(0.1)
            assert told["is_read_only"]
            assert any("viewing and demo only" in text for text in told["toasts"])
            if picture := os.environ.get("TETRIS_ARCADE_PICTURES"):
                second.play(0.5, {"picture": f"{picture}/second.png"})
            told = second.play("return", 0.2, "return", 0.2)  # a training is refused, with a word
            assert told["trainer"] == "IDLE"
            assert any("nothing can be trained here" in text for text in told["toasts"])
            second.play("escape", 0.2, "down", "return", 0.2)
            assert second.until(lambda told: told["player"] == "RUNNING")["screen"] == "Demo"
            first.process.send_signal(signal.SIGKILL)
            first.process.wait()
            with Viewer(tmp_path) as third:
                told = third.play(0.1)
                assert not told["is_read_only"]
                assert told["toasts"] == []


@pytest.mark.skipif(not SHARED_MEMORY.is_dir(), reason="segments are no files here")
def test_killed_viewer_leaves_a_valid_run_and_no_orphan(
    tmp_path: Path,
) -> None:
    with Viewer(tmp_path) as viewer:
        viewer.play({"train": 0.5})
        told = viewer.until(lambda told: told["saved_at"] > 0 and told["timesteps"] > 3_000)
        worker = psutil.Process(told["trainer_pid"])
        for child in psutil.Process(told["pid"]).children():
            if "resource_tracker" in " ".join(child.cmdline()):
                child.kill()  # else it removes what the viewer leaves
        viewer.process.kill()
        viewer.process.wait()
        assert _ends_within(worker, 1.0)
    stale = _segments(told["pid"])
    assert stale
    checkpoint = load_checkpoint(DataPaths(tmp_path).latest, verify=True)
    saved = checkpoint.metadata.timesteps
    assert saved > 0
    for name in checkpoint.metadata.files:
        assert checkpoint.read(name)
    with Viewer(tmp_path) as after:
        after.play(0.1)
        assert _segments(told["pid"]) == []
        after.play("return", 0.3, "return")  # Train, go on with the saved run
        assert after.until(lambda told: told["trainer"] == "RUNNING" and told["timesteps"] > 0)
        assert after.until(lambda told: told["timesteps"] >= saved)["trainer"] == "RUNNING"


def _segments(pid: int) -> list[str]:
    return [path.name for path in SHARED_MEMORY.iterdir() if path.name.startswith(f"tarcade_{pid}_")]


def _ends_within(process: psutil.Process, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True
