"""Saves in the background: failures are reported, and memory is returned to the system."""

from __future__ import annotations

from pathlib import Path

import pytest

from tetris_arcade.storage.errors import StorageError
from tetris_arcade.training.checkpoint_writer import CheckpointWriter, SaveOutcome


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (StorageError("the folder is a file"), "the folder is a file"),
        (MemoryError(), "out of memory"),
        (RuntimeError("can't start new thread"), "RuntimeError: can't start new thread"),
    ],
)
def test_failed_save_is_reported_and_the_next_one_works(fault: Exception, reason: str) -> None:
    def fail() -> Path:
        raise fault

    writer = CheckpointWriter()
    writer.write("latest", fail)
    writer.write("final", lambda: Path("final"))
    writer.wait()
    failed, written = writer.collect()
    assert failed.folder is None
    assert reason in failed.reason
    assert written == SaveOutcome("final", Path("final"))


def test_heap_is_trimmed_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now, trims = 0.0, []
    monkeypatch.setattr("tetris_arcade.training.checkpoint_writer.time.monotonic", lambda: now)
    monkeypatch.setattr("tetris_arcade.training.checkpoint_writer.trim_heap", lambda: trims.append(now))
    writer = CheckpointWriter()
    for second in range(0, 301, 10):
        now = float(second)
        writer.write("latest", lambda: Path("latest"))
        writer.wait()
    assert trims == [60.0, 120.0, 180.0, 240.0, 300.0]
