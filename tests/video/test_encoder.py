"""A video file is complete or absent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from tetris_arcade.video.encoder import Picture, write_video

pytest.importorskip("PIL.Image", reason="videos are an extra: pip install tetris-arcade[record]")


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_failed_recording_leaves_no_file(tmp_path: Path, suffix: str) -> None:
    if suffix == ".mp4":
        pytest.importorskip("imageio_ffmpeg", reason="videos are an extra")
    before = set(psutil.Process().children())

    def pictures() -> Iterator[Picture]:
        yield np.zeros((16, 16, 3), np.uint8)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        write_video(tmp_path / f"game{suffix}", pictures())
    assert not list(tmp_path.iterdir())
    started = set(psutil.Process().children()) - before
    assert not psutil.wait_procs(started, timeout=10.0)[1]
