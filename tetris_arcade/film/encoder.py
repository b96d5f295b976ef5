"""Pictures to a GIF or an MP4 file. A film is whole or absent: it gets its name when it is done."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.storage.atomic import unfinished_file

Picture = NDArray[np.uint8]
"""(height, width, 3) red, green, blue."""

FRAMES_PER_SECOND = {".gif": 20, ".mp4": 60}
"""By a file's ending. A GIF counts in hundredths of a second, and browsers slow down beyond fifty."""
_NEEDED = {".gif": ("PIL",), ".mp4": ("imageio_ffmpeg",)}


class FilmError(Exception):
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
        raise FilmError(
            f"{path.suffix.lower()} files need a package that is not installed: "
            'pip install "tetris-arcade[record]"'
        )


def write_film(path: Path, pictures: Iterable[Picture]) -> int:
    """Write all pictures, at the rate of such a file; returns the file's bytes. OSError where it cannot."""
    frames_per_second(path)
    check_packages(path)
    unfinished = unfinished_file(path, os.getpid())
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
    from imageio_ffmpeg import write_frames

    first = next(pictures)
    height, width = first.shape[:2]
    # Players want even sizes and this pixel format.
    writer = write_frames(
        str(path),
        (width, height),
        fps=rate,
        codec="libx264",
        pix_fmt_out="yuv420p",
        macro_block_size=2,
        quality=8,
        ffmpeg_log_level="error",
    )
    writer.send(None)
    try:
        writer.send(np.ascontiguousarray(first))
        for picture in pictures:
            writer.send(np.ascontiguousarray(picture))
    except BaseException as error:
        # Nobody wants half a film: ffmpeg is ended, and not waited for while it finishes it.
        with contextlib.suppress(type(error)):
            writer.throw(error)
        raise
    writer.close()
