"""Writes pictures to a GIF or MP4 file. The file appears under its name only when it is complete."""

from __future__ import annotations

import errno
import importlib.util
import itertools
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.process.nameless_file import open_nameless_file, read_end
from tetris_arcade.storage.atomic import replace_file, temp_file
from tetris_arcade.storage.errors import SYSTEM_FAULTS, describe_os_error, printable_path

Picture = NDArray[np.uint8]
"""(height, width, 3) uint8, red, green and blue."""

FRAMES_PER_SECOND = {".gif": 20, ".mp4": 60}
"""By suffix. Frame times of a GIF are in 1/100 s, and browsers slow it down if they are below 2/100 s."""
_CRF = 10
"""ffmpeg's constant rate factor: from 0 (lossless) to 51."""
_MAX_ERROR_BYTES = 16 * 1024
_SIGXFSZ = 25
"""Ends a process that writes beyond the limit on a file's size."""
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
    errors = open_nameless_file("ffmpeg-errors")  # A pipe that nobody reads would block it.
    try:
        # Not with imageio's writer, because it does not report that a video could not be finished.
        ffmpeg = subprocess.Popen(
            [get_ffmpeg_exe(), "-y", "-nostats", "-v", "error", *raw, *encoded],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        is_complete = _feed(ffmpeg, itertools.chain((first,), pictures))
        if not is_complete or ffmpeg.returncode != 0:
            text = read_end(errors, _MAX_ERROR_BYTES).decode(errors="replace")
            raise VideoError(f"the video could not be written: {_reason(text, ffmpeg.returncode)}")
    finally:
        os.close(errors)


def _feed(ffmpeg: subprocess.Popen[bytes], pictures: Iterable[Picture]) -> bool:
    """Write all pictures and wait for ffmpeg's end; False if it ended before the last one."""
    assert ffmpeg.stdin is not None
    try:
        for picture in pictures:
            data = np.ascontiguousarray(picture).data
            try:
                ffmpeg.stdin.write(data)
            except BrokenPipeError:
                ffmpeg.communicate()
                return False
        ffmpeg.communicate()
    except BaseException:
        # Kill ffmpeg, so that it does not spend time on finishing an incomplete video.
        ffmpeg.kill()
        ffmpeg.communicate()
        raise
    return True


def _reason(errors: str, exit_code: int) -> str:
    """Why ffmpeg failed: a fault of the system that its messages name, or the first of them."""
    for number in SYSTEM_FAULTS:
        if os.strerror(number) in errors:
            return describe_os_error(OSError(number, ""))
    if exit_code == -_SIGXFSZ:
        return describe_os_error(OSError(errno.EFBIG, ""))
    if exit_code < 0:
        return f"ffmpeg was ended by signal {-exit_code}"
    lines = [printable_path(line.strip()) for line in errors.splitlines() if line.strip()]
    return f"ffmpeg reports: {lines[0]}" if lines else f"ffmpeg ended with code {exit_code}"
