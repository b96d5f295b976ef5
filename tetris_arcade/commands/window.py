"""Opens the arcade's window for a command."""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Callable
from functools import partial

from tetris_arcade.commands.errors import FAILED, CommandError
from tetris_arcade.commands.web_options import open_sidecar, read_web_options
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.settings_file import keep_settings, load_settings


def open_title(options: argparse.Namespace, paths: DataPaths) -> None:
    """Open the title screen and stay until the window is closed."""
    from tetris_arcade.scenes.title import TitleScene

    open_window(paths, TitleScene, options.web)


def open_window(paths: DataPaths, first_scene: Callable[..., object], web_port: int | None = None) -> None:
    """Open a scene and stay until the window is closed; raises CommandError if no window can be opened."""
    if importlib.util.find_spec("pygame") is None:
        raise CommandError("pygame-ce is not installed: install the package again", FAILED)
    from tetris_arcade.app import run_app
    from tetris_arcade.ui.display import DisplayError

    web = None if web_port is None else read_web_options(paths, web_port)
    keep_settings(paths.settings_file)
    settings, message = load_settings(paths.settings_file)
    try:
        run_app(
            paths,
            settings,
            first_scene,  # type: ignore[arg-type]
            message,
            open_sidecar=None if web is None else partial(open_sidecar, web, paths),
        )
    except DisplayError as error:
        raise CommandError(str(error), FAILED) from error
