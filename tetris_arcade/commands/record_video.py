"""`record`: a game of one model as a GIF or an MP4 file."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from tetris_arcade.commands.errors import CommandError
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.settings_file import load_settings
from tetris_arcade.video.encoder import VideoError, check_packages, frames_per_second, write_video


def run_record(
    slot: str,
    out: Path,
    paths: DataPaths,
    *,
    seconds: float,
    speed: float,
    height_px: int,
    lookahead: bool,
    seed: int | None,
    skip: int = 0,
    tell: Callable[[float], None] | None = None,
) -> dict[str, Any]:
    """Film a game from its piece `skip` on, with a progress bar on standard error, or by `tell`; returns what
    `--json` prints.

    ValueError for a name that ends in neither .gif nor .mp4, UnknownModelError where there is no such model,
    CommandError where a package is missing or the folder does not exist.
    """
    rate = frames_per_second(out)
    if not out.parent.is_dir():
        raise CommandError(f"there is no folder {out.parent} to write {out.name} to", 2)
    try:
        check_packages(out)
    except VideoError as error:
        raise CommandError(str(error)) from error
    os.environ.update(SDL_VIDEODRIVER="dummy", PYGAME_HIDE_SUPPORT_PROMPT="1")
    from tetris_arcade.ui.theme import THEMES
    from tetris_arcade.video.renderer import VideoRenderer, render_frames
    from tetris_arcade.video.source import paced_game_from_name

    display = load_settings(paths.settings_file)[0].display
    filmed, name, rows = paced_game_from_name(slot, paths, speed, lookahead, seed)
    film = VideoRenderer(name, display.title, THEMES[display.palette], height_px, rows)
    started = time.monotonic()
    filmed.skip(skip)
    with Progress(console=Console(stderr=True), transient=True, disable=tell is not None) as bar:
        task = bar.add_task(f"filming {name}", total=1.0)
        show = tell or (lambda share: bar.update(task, completed=share))
        size_bytes = write_video(out, render_frames(filmed, film, rate, seconds, show))
    return {
        "file": str(out),
        "player": name,
        "pieces": filmed.moves,
        "width": film.size[0],
        "height": film.size[1],
        "frames_per_second": rate,
        "bytes": size_bytes,
        "seconds_taken": round(time.monotonic() - started, 3),
    }
