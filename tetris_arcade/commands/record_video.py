"""`record`: write a game as a GIF or an MP4 file."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from tetris_arcade.commands import argument_types
from tetris_arcade.commands.errors import CommandError
from tetris_arcade.commands.output_files import add_force_option, check_output_file
from tetris_arcade.commands.subcommand import Report, Subcommand
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.threads import has_thread_for

_STDERR = 2


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("slot", metavar="SLOT", help="a model, a reference player, or a replay file")
    parser.add_argument("out", metavar="OUT", type=Path, help="a name that ends in .gif or .mp4")
    parser.add_argument(
        "--seconds", type=argument_types.positive_float, default=20.0, metavar="S", help="maximum length"
    )
    parser.add_argument(
        "--speed",
        type=argument_types.video_speed,
        default=None,
        metavar="PIECES_PER_SECOND",
        help="4 by default; a person's game plays in real time",
    )
    parser.add_argument(
        "--size",
        type=argument_types.video_height,
        default=720,
        metavar="PIXELS",
        help="height of the picture",
    )
    parser.add_argument("--lookahead", type=int, choices=(0, 1), default=0)
    parser.add_argument(
        "--seed", type=argument_types.seed, default=None, metavar="S", help="seed of the piece sequence"
    )
    parser.add_argument(
        "--skip", type=argument_types.count, default=0, metavar="N", help="start after this many pieces"
    )
    add_force_option(parser)
    parser.add_argument("--tell-progress", action="store_true", help=argparse.SUPPRESS)


def _run(options: argparse.Namespace, paths: DataPaths) -> Report:
    """Record a game with a progress bar on standard error.

    Raises ValueError for a name that ends in neither .gif nor .mp4, UnknownModelError for an unknown model,
    CommandError if a package or the folder is missing, or if the file exists and may not be replaced.
    """
    from rich.console import Console
    from rich.progress import Progress

    from tetris_arcade.storage.settings_file import load_settings
    from tetris_arcade.video.encoder import VideoError, check_packages, frames_per_second, write_video

    out: Path = options.out
    rate = frames_per_second(out)
    check_output_file(out, force=options.force)
    try:
        check_packages(out)
    except VideoError as error:
        raise CommandError(str(error)) from error
    os.environ.update(SDL_VIDEODRIVER="dummy", PYGAME_HIDE_SUPPORT_PROMPT="1")
    from tetris_arcade.ui.theme import THEMES
    from tetris_arcade.video.renderer import VideoRenderer, render_frames
    from tetris_arcade.video.source import video_game_from_name

    display = load_settings(paths.settings_file)[0].display
    game, name, rows = video_game_from_name(
        options.slot, paths, options.speed, bool(options.lookahead), options.seed
    )
    renderer = VideoRenderer(
        name, display.title, THEMES[display.palette], options.size, rows, game.num_boards
    )
    started = time.monotonic()
    game.skip(options.skip)
    is_live = has_thread_for("progress bar")
    with Progress(
        console=Console(stderr=True), auto_refresh=is_live, transient=True, disable=options.tell_progress
    ) as bar:
        task = bar.add_task(f"recording {name}", total=1.0)

        def show_progress(share: float) -> None:
            bar.update(task, completed=share)

        on_progress = _write_progress if options.tell_progress else show_progress
        size_bytes = write_video(out, render_frames(game, renderer, rate, options.seconds, on_progress))
    width, height = renderer.size
    return Report(
        f"{out}: {game.moves} pieces, {width} x {height}, {size_bytes:,} bytes",
        {
            "file": str(out),
            "player": name,
            "pieces": game.moves,
            "width": width,
            "height": height,
            "frames_per_second": rate,
            "bytes": size_bytes,
            "seconds_taken": round(time.monotonic() - started, 3),
        },
    )


def _write_progress(share: float) -> None:
    """Report to the window that waits for the video; raises BrokenPipeError if that window is gone."""
    from tetris_arcade.services.video_export import PROGRESS

    os.write(_STDERR, f"{PROGRESS}{share:.3f}\n".encode())


COMMAND = Subcommand("record", "write a game as a GIF or an MP4 file", _add_arguments, _run)
