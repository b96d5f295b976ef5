"""Pictures to a GIF or an MP4 file. A film is whole or absent: it gets its name when it is done."""

from __future__ import annotations

import importlib.util
import itertools
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.storage.atomic import temp_file

Picture = NDArray[np.uint8]
"""(height, width, 3) red, green, blue."""

FRAMES_PER_SECOND = {".gif": 20, ".mp4": 60}
"""By a file's ending. A GIF counts in hundredths of a second, and browsers slow down beyond fifty."""
_LOSS = 10
"""As ffmpeg counts it, from 0, none, to 51."""
_NOT_WRITTEN = "the film could not be written, perhaps for want of room on the disk"
_NEEDED = {".gif": ("PIL",), ".mp4": ("imageio_ffmpeg",)}


class VideoError(Exception):
    """A film cannot be made; the message says why and what to do."""


def frames_per_second(path: Path) -> int:
    """How many pictures a second such a file takes; ValueError for another ending than .gif and .mp4."""
    ending = path.suffix.lower()
    if ending not in FRAMES_PER_SECOND:
        raise ValueError(f"a film's name must end in .gif or .mp4, got {path.name}")
    return FRAMES_PER_SECOND[ending]


def check_packages(path: Path) -> None:
    """FilmError where a package that such a file needs is not installed."""
    if any(importlib.util.find_spec(name) is None for name in _NEEDED[path.suffix.lower()]):
        raise VideoError(
            f"{path.suffix.lower()} files need a package that is not installed: "
            'pip install "tetris-arcade[record]"'
        )


def write_video(path: Path, pictures: Iterable[Picture]) -> int:
    """Write all pictures, at the rate of such a file; returns the file's bytes. FilmError or OSError where it
    cannot."""
    frames_per_second(path)
    check_packages(path)
    unfinished = temp_file(path, os.getpid())
    write = _write_gif if path.suffix.lower() == ".gif" else _write_mp4
    try:
        write(unfinished, iter(pictures), FRAMES_PER_SECOND[path.suffix.lower()])
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path.stat().st_size


def _write_gif(path: Path, pictures: Iterator[Picture], rate: int) -> None:
    from PIL import Image

    def images() -> Iterator[Image.Image]:
        for picture in pictures:
            # Flat colours stay flat without dithering, and a frame's differences from the last stay small.
            yield Image.fromarray(picture).quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)

    frames = images()
    next(frames).save(path, save_all=True, append_images=frames, duration=1000 // rate, loop=0, disposal=1)


def _write_mp4(path: Path, pictures: Iterator[Picture], rate: int) -> None:
    from imageio_ffmpeg import get_ffmpeg_exe

    first = next(pictures)
    height, width = first.shape[:2]
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(rate), "-i", "-"]
    # Players want this pixel format.
    film = ["-an", "-vcodec", "libx264", "-pix_fmt", "yuv420p", "-crf", str(_LOSS), str(path)]
    # Not by imageio's own writer: of a film that could not be finished it says nothing.
    ffmpeg = subprocess.Popen(
        [get_ffmpeg_exe(), "-y", "-v", "quiet", *raw, *film],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    try:
        for picture in itertools.chain((first,), pictures):
            _feed(ffmpeg, picture)
        ffmpeg.communicate()
    except BaseException:
        # Nobody wants half a film: ffmpeg is ended, and not waited for while it finishes it.
        ffmpeg.kill()
        ffmpeg.communicate()
        raise
    if ffmpeg.returncode != 0:
        raise VideoError(_NOT_WRITTEN)


def _feed(ffmpeg: subprocess.Popen[bytes], picture: Picture) -> None:
    assert ffmpeg.stdin is not None
    try:
        ffmpeg.stdin.write(np.ascontiguousarray(picture).data)
    except BrokenPipeError as error:
        raise VideoError(_NOT_WRITTEN) from error
