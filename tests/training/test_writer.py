"""A save that fails is told of, and the next one is tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from tetris_arcade.storage.errors import StorageError
from tetris_arcade.training.writer import CheckpointWriter, Written


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
    assert written == Written("final", Path("final"))
