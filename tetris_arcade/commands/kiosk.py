"""`kiosk`: the arcade unattended, a supervisor and the window that it looks after."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

from tetris_arcade.commands.errors import CommandError
from tetris_arcade.kiosk.heartbeat import Heart, heartbeat_file
from tetris_arcade.kiosk.service import Service
from tetris_arcade.kiosk.supervisor import Supervisor
from tetris_arcade.logbook import Logbook
from tetris_arcade.paths import DataPaths
from tetris_arcade.settings import KioskSettings, load_settings
from tetris_arcade.storage.lock import DataLock
from tetris_arcade.storage.slots import has_checkpoint, resolve_slot

SUPERVISOR_LOG = "kiosk.log"


def run_kiosk(options: argparse.Namespace, paths: DataPaths) -> None:
    """Supervise the window until it is left or this process is stopped; with --window, be that window.

    Raises UnknownModelError for a playlist with a model that is not there, CommandError where another program
    uses the data folder.
    """
    for name in options.playlist or ():
        resolve_slot(paths, name)
    if options.window:
        _be_the_window(options, paths)
        return
    with DataLock(paths) as lock:
        if not lock.is_held:
            raise CommandError(f"no kiosk can run with {paths.root}: {lock.why_not}")
    command = [sys.executable, "-m", "tetris_arcade", *sys.argv[1:], "--window"]
    with Logbook(paths.logs, file_name=SUPERVISOR_LOG):
        Supervisor(command, heartbeat_file(paths), Service()).run()


def _be_the_window(options: argparse.Namespace, paths: DataPaths) -> None:
    from tetris_arcade.app import App, run_app
    from tetris_arcade.kiosk.attendant import Attendant, Rules
    from tetris_arcade.scenes.title import TitleScene
    from tetris_arcade.training.config import TrainConfig, config_of
    from tetris_arcade.ui.display import DisplayError
    from tetris_arcade.worker.messages import TrainTask
    from tetris_arcade.worker.vigil import die_with_parent

    die_with_parent()
    settings, message = load_settings(paths.settings_file)
    kiosk = _overridden(settings.kiosk, options)
    task = None
    if options.train:
        config: TrainConfig = config_of(settings.training)
        task = TrainTask(config=config, resume=has_checkpoint(paths, "latest"))
    rules = Rules(kiosk, task, options.allow_exit)
    display = replace(settings.display, full_screen=True)
    settings = replace(settings, display=display, kiosk=kiosk)

    def attend(app: App) -> Attendant:
        return Attendant(app.context, rules, Heart(heartbeat_file(paths)), app.end)

    try:
        run_app(paths, settings, TitleScene, message, attend)
    except DisplayError as error:
        raise CommandError(str(error)) from error


def _overridden(settings: KioskSettings, options: argparse.Namespace) -> KioskSettings:
    """The settings, with what the command line says instead."""
    given = {
        "playlist": options.playlist,
        "idle_seconds": options.idle,
        "rotate_seconds": options.rotate,
    }
    return replace(settings, **{name: value for name, value in given.items() if value is not None})
