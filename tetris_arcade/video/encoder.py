"""Writes pictures to a GIF or MP4 file. The file appears under its name only when it is complete."""

from __future__ import annotations

import importlib.util
import itertools
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.storage.atomic import replace_file, temp_file

Picture = NDArray[np.uint8]
"""(height, width, 3) uint8, red, green and blue."""

FRAMES_PER_SECOND = {".gif": 20, ".mp4": 60}
"""By suffix. Frame times of a GIF are in 1/100 s, and browsers slow it down if they are below 2/100 s."""
_CRF = 10
"""ffmpeg's constant rate factor: from 0 (lossless) to 51."""
_NOT_WRITTEN = "the video could not be written; the disk may be full"
_PACKAGES = {".gif": ("PIL", "pillow"), ".mp4": ("imageio_ffmpeg", "tetris-arcade[record]")}
"""By suffix: the module that writes such files, and what to install for it."""


class VideoError(Exception):
    """A video cannot be written; the message says why and what to do."""


def frames_per_second(path: Path) -> int:
    """The frame rate of a video file, by its suffix. Raises ValueError if it is neither .gif nor .mp4."""
    suffix = path.suffix.lower()
    if suffix not in FRAMES_PER_SECOND:
        raise ValueError(f"the name of a video must end in .gif or .mp4, got {path.name}")
    return FRAMES_PER_SECOND[suffix]


def check_packages(path: Path) -> None:
    """Raise VideoError if a package that the file's format needs is not installed."""
    suffix = path.suffix.lower()
    module, package = _PACKAGES[suffix]
    if importlib.util.find_spec(module) is None:
        raise VideoError(f'{suffix} files need a package that is not installed: pip install "{package}"')


def write_video(path: Path, pictures: Iterable[Picture]) -> int:
    """Write all pictures at the frame rate of the file's format; return the size of the file in bytes.

    Raises ValueError for another suffix than .gif and .mp4, and VideoError or OSError if the file cannot be
    written; then nothing of it is left.
    """
    rate = frames_per_second(path)
    check_packages(path)
    unfinished = temp_file(path, os.getpid())
    write = _write_gif if path.suffix.lower() == ".gif" else _write_mp4
    try:
        write(unfinished, iter(pictures), rate)
        replace_file(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path.stat().st_size


def _write_gif(path: Path, pictures: Iterator[Picture], rate: int) -> None:
    from PIL import Image

    def images() -> Iterator[Image.Image]:
        for picture in pictures:
            # Without dithering, flat colours stay flat and consecutive frames differ little.
            yield Image.fromarray(picture).quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)

    frames = images()
    next(frames).save(path, save_all=True, append_images=frames, duration=1000 // rate, loop=0, disposal=1)


def _write_mp4(path: Path, pictures: Iterator[Picture], rate: int) -> None:
    from imageio_ffmpeg import get_ffmpeg_exe

    first = next(pictures)
    height, width = first.shape[:2]
    raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(rate), "-i", "-"]
    # Video players expect this pixel format.
    encoded = ["-an", "-vcodec", "libx264", "-pix_fmt", "yuv420p", "-crf", str(_CRF), str(path)]
    # Not with imageio's writer, because it does not report that a video could not be finished.
    ffmpeg = subprocess.Popen(
        [get_ffmpeg_exe(), "-y", "-v", "quiet", *raw, *encoded],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    try:
        for picture in itertools.chain((first,), pictures):
            _feed(ffmpeg, picture)
        ffmpeg.communicate()
    except BaseException:
        # Kill ffmpeg, so that it does not spend time on finishing an incomplete video.
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
