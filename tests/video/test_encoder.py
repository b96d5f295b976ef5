"""A video file is complete or absent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from tetris_arcade.video.encoder import Picture, VideoError, write_video

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


def _black_pictures() -> Iterator[Picture]:
    yield from [np.zeros((64, 64, 3), np.uint8)] * 300


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ("av_interleaved_write_frame(): No space left on device\nConversion failed!", "the disk is full"),
        ("[mp4 @ 0x1f] Nothing was written\nfailed", r"ffmpeg reports: \[mp4 @ 0x1f\] Nothing was written"),
        ("", "ffmpeg ended with code 3"),
    ],
)
def test_failing_ffmpeg_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, messages: str, reason: str
) -> None:
    pytest.importorskip("imageio_ffmpeg", reason="videos are an extra")
    _use_ffmpeg(tmp_path, monkeypatch, f"echo '{messages}' >&2; exit 3" if messages else "exit 3")
    with pytest.raises(VideoError, match=f"the video could not be written: {reason}$"):
        write_video(tmp_path / "game.mp4", _black_pictures())


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_ffmpeg_without_threads_is_not_taken_for_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg", reason="videos are an extra")
    strace = "strace -f -qq -o /dev/null -e inject=clone,clone3:error=EAGAIN"
    _use_ffmpeg(tmp_path, monkeypatch, f'exec {strace} {imageio_ffmpeg.get_ffmpeg_exe()} "$@"')
    with pytest.raises(VideoError, match="the system gives no more processes or threads"):
        write_video(tmp_path / "game.mp4", _black_pictures())


def _use_ffmpeg(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Use a shell script as ffmpeg."""
    file = folder / "ffmpeg"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(file))
