"""Names of shared memory segments, and the removal of stale ones."""

from __future__ import annotations

import os
from pathlib import Path

from tetris_arcade.worker.shared.segments import remove_stale_segments
from tetris_arcade.worker.shared.telemetry import Telemetry

DEAD_PID = 2**22 + 1  # Above the largest pid of Linux.


def test_segment_name_has_pid_and_is_unlinked() -> None:
    telemetry = Telemetry.create()
    assert telemetry.name.startswith(f"tarcade_{os.getpid()}_")
    assert Path("/dev/shm", telemetry.name).exists()
    telemetry.remove()
    assert not Path("/dev/shm", telemetry.name).exists()


def test_unremovable_stale_segment_is_skipped(tmp_path: Path) -> None:
    (tmp_path / f"tarcade_{DEAD_PID}_0a").mkdir()  # cannot be unlinked, like another user's file
    (tmp_path / f"tarcade_{DEAD_PID}_0b").touch()
    assert remove_stale_segments(tmp_path) == [f"tarcade_{DEAD_PID}_0b"]


def test_only_stale_segments_are_removed(tmp_path: Path) -> None:
    stale = f"tarcade_{DEAD_PID}_0a1b2c"
    kept = [f"tarcade_{os.getpid()}_0a1b2c", "tarcade_notapid_0a", "psm_0a1b2c"]
    for name in [stale, *kept]:
        (tmp_path / name).touch()
    assert remove_stale_segments(tmp_path) == [stale]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


def test_no_stale_segments_without_the_folder(tmp_path: Path) -> None:
    assert remove_stale_segments(tmp_path / "nowhere") == []
