"""Records in shared memory: read whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tetris_arcade.worker.shared.segments import remove_stale_segments
from tetris_arcade.worker.shared.telemetry import (
    FRAME,
    SERIES_NAMES,
    Mailbox,
    Telemetry,
    empty_frame,
    empty_series,
    series_points,
)

DEAD_PID = 2**22 + 1  # beyond Linux's largest


@pytest.fixture
def save_state() -> bytearray:
    return bytearray(Mailbox.size(FRAME))


def _mailboxes(save_state: bytearray) -> tuple[Mailbox, Mailbox]:
    view = memoryview(save_state)
    return Mailbox(view, 0, FRAME), Mailbox(view, 0, FRAME)


def _frame(timesteps: int) -> np.ndarray:
    frame = empty_frame()
    frame["counters"]["timesteps"] = timesteps
    return frame


def test_a_record_is_read_as_it_was_written_and_once(save_state: bytearray) -> None:
    writer, reader = _mailboxes(save_state)
    assert reader.read() is None
    writer.write(_frame(7))
    record = reader.read()
    assert record is not None
    assert record.tobytes() == _frame(7).tobytes()
    assert reader.read() is None


def test_what_was_read_is_a_copy(save_state: bytearray) -> None:
    writer, reader = _mailboxes(save_state)
    writer.write(_frame(7))
    record = reader.read()
    writer.write(_frame(8))
    writer.write(_frame(9))
    assert record is not None
    assert record["counters"]["timesteps"] == 7


def test_a_writer_that_dies_at_any_byte_leaves_the_last_whole_record(save_state: bytearray) -> None:
    writer, _ = _mailboxes(save_state)
    writer.write(_frame(1))
    before = bytes(save_state)
    writer.write(_frame(2))
    changed = [i for i, (a, b) in enumerate(zip(before, save_state, strict=True)) if a != b and i >= 8]
    after = bytes(save_state)
    for reached in range(len(changed) + 1):
        save_state[:] = before
        for i in changed[:reached]:
            save_state[i] = after[i]
        record = _mailboxes(save_state)[1].read()
        assert record is not None
        assert record["counters"]["timesteps"] == 1


def test_a_record_with_a_wrong_byte_is_not_accepted_and_the_next_one_is(save_state: bytearray) -> None:
    writer, reader = _mailboxes(save_state)
    writer.write(_frame(1))
    save_state[64 + FRAME.itemsize + 100] ^= 1  # in the current buffer: as if a write overtook the counter
    assert reader.read() is None
    writer.write(_frame(2))
    record = reader.read()
    assert record is not None
    assert record["counters"]["timesteps"] == 2


def test_a_segment_carries_its_makers_pid_and_is_gone_when_removed() -> None:
    telemetry = Telemetry.create()
    assert telemetry.name.startswith(f"tarcade_{os.getpid()}_")
    assert Path("/dev/shm", telemetry.name).exists()
    telemetry.remove()
    assert not Path("/dev/shm", telemetry.name).exists()


def test_where_the_shared_memory_is_full_there_is_a_sentence_and_no_crash() -> None:
    script = "from tetris_arcade.worker.shared.telemetry import Telemetry; Telemetry.create().clear()"
    shell = 'mount -t tmpfs -o size=32k tmpfs /dev/shm || exit 77; "$@"; code=$?; ls /dev/shm; exit $code'
    command = ["unshare", "-rm", "sh", "-c", shell, "sh", sys.executable, "-c", script]
    if shutil.which("unshare") is None:
        pytest.skip("needs user namespaces, to mount a small /dev/shm")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode in (1, 77) and "OSError" not in done.stderr:
        pytest.skip("needs user namespaces, to mount a small /dev/shm")
    assert done.returncode == 1
    assert "No space left on device: 'the shared memory in /dev/shm'" in done.stderr
    assert done.stdout == ""  # nothing lies there


def test_a_dead_viewers_segment_that_cannot_be_removed_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / f"tarcade_{DEAD_PID}_0a").mkdir()  # as little to be unlinked as another user's file
    (tmp_path / f"tarcade_{DEAD_PID}_0b").touch()
    assert remove_stale_segments(tmp_path) == [f"tarcade_{DEAD_PID}_0b"]


def test_both_mailboxes_of_a_segment_keep_to_themselves() -> None:
    telemetry = Telemetry.create()
    series = empty_series()
    for number, name in enumerate(SERIES_NAMES):
        series[name]["count"] = 1
        series[name]["values"][0, 0] = number
    telemetry.frame.write(_frame(5))
    telemetry.series.write(series)
    frame, graphs = telemetry.frame.read(), telemetry.series.read()
    telemetry.remove()
    assert frame is not None
    assert graphs is not None
    assert frame.tobytes() == _frame(5).tobytes()
    assert [series_points(graphs[0], name)[1].tolist() for name in SERIES_NAMES] == [
        [number] for number in range(len(SERIES_NAMES))
    ]


def test_only_segments_of_dead_viewers_are_removed(tmp_path: Path) -> None:
    stale = f"tarcade_{DEAD_PID}_0a1b2c"
    kept = [f"tarcade_{os.getpid()}_0a1b2c", "tarcade_notapid_0a", "psm_0a1b2c"]
    for name in [stale, *kept]:
        (tmp_path / name).touch()
    assert remove_stale_segments(tmp_path) == [stale]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


def test_a_system_without_a_folder_of_segments_has_none_to_remove(tmp_path: Path) -> None:
    assert remove_stale_segments(tmp_path / "nowhere") == []


def test_viewer_loads_no_framework_and_no_child_code() -> None:
    absent = (
        "torch", "stable_baselines3", "gymnasium", "numba", "tetris_gymnasium", "cv2", "pygame",
        "tetris_arcade.worker.child",
    )  # fmt: skip
    code = (
        "import sys, tetris_arcade.worker.viewer.client, tetris_arcade.worker.shared.segments\n"
        f"print([name for name in {absent!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
