"""The arcade's window: from the title, or straight into a demo."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

from tetris_arcade.commands.errors import FAILED, CommandError
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.settings_file import load_settings
from tetris_arcade.storage.slots import resolve_slot


def run_arcade(paths: DataPaths) -> None:
    """Open the title and stay until the window is closed."""
    from tetris_arcade.scenes.title import TitleScene

    _run(paths, TitleScene)


def run_demo(paths: DataPaths, slot: str, speed: float | None) -> None:
    """Open a demo of one model; raises UnknownModelError before any window where there is none."""
    resolve_slot(paths, slot)
    from tetris_arcade.scenes.play.demo import DemoScene

    _run(paths, lambda context: DemoScene(context, slot, speed))


def _run(paths: DataPaths, first_scene: Callable[..., object]) -> None:
    if importlib.util.find_spec("pygame") is None:
        raise CommandError("pygame-ce is not installed: install the package again", FAILED)
    from tetris_arcade.app import run_app
    from tetris_arcade.ui.display import DisplayError

    settings, message = load_settings(paths.settings_file)
    try:
        run_app(paths, settings, first_scene, message)  # type: ignore[arg-type]
    except DisplayError as error:
        raise CommandError(str(error), FAILED) from error
