"""A save that fails is told of, and the next one is tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from tetris_arcade.storage.errors import StorageError
from tetris_arcade.training.checkpoint_writer import CheckpointWriter, SaveOutcome


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (StorageError("the folder is no folder"), "the folder is no folder"),
        (MemoryError(), "out of memory"),
    ],
)
def test_what_goes_wrong_in_a_save_is_told_and_the_next_save_works(fault: Exception, reason: str) -> None:
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


def test_the_heap_is_tidied_seldom_however_often_it_saves(monkeypatch: pytest.MonkeyPatch) -> None:
    now, times = 0.0, []
    monkeypatch.setattr("tetris_arcade.training.checkpoint_writer.time.monotonic", lambda: now)
    monkeypatch.setattr("tetris_arcade.training.checkpoint_writer.trim_heap", lambda: times.append(now))
    writer = CheckpointWriter()
    for second in range(0, 301, 10):
        now = float(second)
        writer.write("latest", lambda: Path("latest"))
        writer.wait()
    assert times == [60.0, 120.0, 180.0, 240.0, 300.0]
