"""Records in shared memory are read complete or not at all."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from tetris_arcade.worker.shared.telemetry import (
    FRAME,
    SERIES_NAMES,
    Mailbox,
    Telemetry,
    empty_frame,
    empty_series,
    series_points,
)


@pytest.fixture
def buffer() -> bytearray:
    return bytearray(Mailbox.size(FRAME))


def _mailboxes(buffer: bytearray) -> tuple[Mailbox, Mailbox]:
    view = memoryview(buffer)
    return Mailbox(view, 0, FRAME), Mailbox(view, 0, FRAME)


def _frame(timesteps: int) -> np.ndarray:
    frame = empty_frame()
    frame["counters"]["timesteps"] = timesteps
    return frame


def test_record_is_read_once_as_written(buffer: bytearray) -> None:
    writer, reader = _mailboxes(buffer)
    assert reader.read() is None
    writer.write(_frame(7))
    record = reader.read()
    assert record is not None
    assert record.tobytes() == _frame(7).tobytes()
    assert reader.read() is None


def test_read_returns_a_copy(buffer: bytearray) -> None:
    writer, reader = _mailboxes(buffer)
    writer.write(_frame(7))
    record = reader.read()
    writer.write(_frame(8))
    writer.write(_frame(9))
    assert record is not None
    assert record["counters"]["timesteps"] == 7


def test_partial_write_leaves_the_last_record(buffer: bytearray) -> None:
    writer, _ = _mailboxes(buffer)
    writer.write(_frame(1))
    before = bytes(buffer)
    writer.write(_frame(2))
    changed = [i for i, (a, b) in enumerate(zip(before, buffer, strict=True)) if a != b and i >= 8]
    after = bytes(buffer)
    for reached in range(len(changed) + 1):
        buffer[:] = before
        for i in changed[:reached]:
            buffer[i] = after[i]
        record = _mailboxes(buffer)[1].read()
        assert record is not None
        assert record["counters"]["timesteps"] == 1


def test_corrupt_record_is_skipped(buffer: bytearray) -> None:
    writer, reader = _mailboxes(buffer)
    writer.write(_frame(1))
    buffer[64 + FRAME.itemsize + 100] ^= 1  # in the current buffer, as if writes were reordered
    assert reader.read() is None
    writer.write(_frame(2))
    record = reader.read()
    assert record is not None
    assert record["counters"]["timesteps"] == 2


def test_mailboxes_of_a_segment_do_not_overlap() -> None:
    telemetry = Telemetry.create()
    series = empty_series()
    for number, name in enumerate(SERIES_NAMES):
        series[name]["count"] = 1
        series[name]["values"][0, 0] = number
    telemetry.frame.write(_frame(5))
    telemetry.series.write(series)
    frame, graphs = telemetry.frame.read(), telemetry.series.read()
    telemetry.close()
    assert frame is not None
    assert graphs is not None
    assert frame.tobytes() == _frame(5).tobytes()
    assert [series_points(graphs[0], name)[1].tolist() for name in SERIES_NAMES] == [
        [number] for number in range(len(SERIES_NAMES))
    ]


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
