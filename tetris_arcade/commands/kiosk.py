"""`kiosk`: run the arcade unattended, as a supervisor process and its window."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tetris_arcade.commands import argument_types
from tetris_arcade.commands.errors import CommandError
from tetris_arcade.commands.subcommand import Subcommand
from tetris_arcade.commands.web_options import (
    add_web_option,
    announce,
    check_port,
    read_web_options,
    start_sidecar,
)
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.settings import KioskSettings, Settings
from tetris_arcade.kiosk.heartbeat import HeartbeatWriter, heartbeat_file
from tetris_arcade.kiosk.operator_pin import prepare_pin
from tetris_arcade.kiosk.supervisor import EXITED_ON_PURPOSE, RESTARTS_AS_PLANNED, Supervisor
from tetris_arcade.kiosk.systemd import SystemdNotifier
from tetris_arcade.process.interpreter import program_command
from tetris_arcade.process.log_file import LogFile
from tetris_arcade.remote.web_options import WebOptions, environment_with_tokens
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.storage.errors import StorageError, UnknownModelError
from tetris_arcade.storage.settings_file import keep_settings, load_settings
from tetris_arcade.storage.slots import resolve_slot

if TYPE_CHECKING:
    from tetris_arcade.app import OpenSidecar
    from tetris_arcade.kiosk.controller import KioskRules

logger = logging.getLogger(__name__)

SUPERVISOR_LOG = "kiosk.log"
_TERMINATED = 143
"""The window's exit code after a signal: it was not closed on purpose, so the supervisor restarts it."""


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--playlist", type=argument_types.names, metavar="A,B", help="players shown, in order"
    )
    parser.add_argument(
        "--idle",
        type=argument_types.kiosk_seconds,
        metavar="SECONDS",
        help="return to attract mode after this long without input",
    )
    parser.add_argument(
        "--rotate", type=argument_types.kiosk_seconds, metavar="SECONDS", help="time per player"
    )
    parser.add_argument(
        "--monitor", type=argument_types.monitor, metavar="NUMBER", help="the monitor to fill, from 1"
    )
    parser.add_argument("--train", action="store_true", help="train in the background, and show it")
    parser.add_argument("--allow-exit", action="store_true", help="let visitors close the window")
    add_web_option(parser)
    parser.add_argument("--window", type=int, metavar="SUPERVISOR_PID", help=argparse.SUPPRESS)
    parser.add_argument("--show-pin", action="store_true", help=argparse.SUPPRESS)


def _run(options: argparse.Namespace, paths: DataPaths) -> None:
    """Supervise the window until it is closed on purpose or this process is stopped; with --window, run it.

    Raises UnknownModelError for a playlist with an unknown model, CommandError if another program uses the
    data folder, StorageError if there is no PIN and none can be made.
    """
    if options.window is not None:
        _run_window_process(options, paths)
        return
    _check_playlist(paths, options.playlist or ())
    web = None if options.web is None else read_web_options(paths, options.web)
    command = program_command(*sys.argv[1:], "--window", str(os.getpid()))
    with DataLock(paths, paths.kiosk_lock_file) as lock:
        _require_exclusive_use(paths, lock)
        if web is not None:
            _prepare_web(web)
        with LogFile(paths.logs, file_name=SUPERVISOR_LOG):
            pin = prepare_pin(paths.settings_file)
            _report_settings(paths, pin)
            first_options = () if pin is None else ("--show-pin",)
            Supervisor(command, heartbeat_file(paths), SystemdNotifier(), first_options=first_options).run()


def _prepare_web(web: WebOptions) -> None:
    """Say where the browser view is, and have every window of this kiosk let the same browsers in.

    Raises CommandError if the port is taken now; a window that finds it taken later runs without it.
    """
    check_port(web)
    os.environ.update(environment_with_tokens(web))
    announce(web)


def _report_settings(paths: DataPaths, new_pin: str | None) -> None:
    """Say what is wrong with the settings file, and show a new PIN, but not in the log."""
    _, problem = load_settings(paths.settings_file)
    if problem is not None:
        logger.warning("%s", problem)
    if new_pin is not None:
        text = f"the operator's PIN is {new_pin}: write it down, it is shown only this once"
        print(f"tetris_arcade: {text}", file=sys.stderr, flush=True)


def _check_playlist(paths: DataPaths, names: Iterable[str]) -> None:
    """Raise UnknownModelError for an unknown model. A damaged one is only logged: the others can be shown."""
    for name in names:
        try:
            resolve_slot(paths, name)
        except UnknownModelError:
            raise
        except StorageError as error:
            logger.warning("%s", error)


def _require_exclusive_use(paths: DataPaths, kiosk: DataLock) -> None:
    """Raise CommandError if another kiosk, or another program that writes, uses the data folder."""
    if kiosk.is_taken:
        raise CommandError(f"another kiosk uses {paths.root}: stop it first, or choose another --data-dir")
    with DataLock(paths) as data:
        if data.is_taken:
            raise CommandError(
                f"another Tetris Arcade uses {paths.root}: close it first, or choose another --data-dir"
            )
    if not kiosk.is_held or data.why_not is not None:
        raise CommandError(f"a kiosk cannot use {paths.root}: {kiosk.why_not or data.why_not}")


def _run_window_process(options: argparse.Namespace, paths: DataPaths) -> None:
    from tetris_arcade.process.parent import die_with_parent

    die_with_parent(options.window)  # Before the imports of a window, which take half a second.
    from tetris_arcade.app import App, run_app
    from tetris_arcade.kiosk.controller import KioskController, KioskEnvironment
    from tetris_arcade.scenes.title import TitleScene
    from tetris_arcade.ui.display import DisplayError

    windows: list[App] = []
    planned_restarts: list[App] = []

    def read_settings() -> tuple[Settings, KioskRules, str | None]:
        return _read_settings(options, paths)

    def make_controller(app: App) -> KioskController:
        windows.append(app)

        def restart() -> None:
            planned_restarts.append(app)
            app.end()

        beat = HeartbeatWriter(heartbeat_file(paths))
        environment = KioskEnvironment(beat, app.end, restart, read_settings)
        return KioskController(app.context, rules, environment)

    settings, rules, message = read_settings()
    try:
        run_app(paths, settings, TitleScene, message, make_controller, _sidecar_opener(options, paths))
    except DisplayError as error:
        raise CommandError(str(error)) from error
    if any(window.is_terminated for window in windows):
        sys.exit(_TERMINATED)
    sys.exit(RESTARTS_AS_PLANNED if planned_restarts else EXITED_ON_PURPOSE)


def _sidecar_opener(options: argparse.Namespace, paths: DataPaths) -> OpenSidecar | None:
    """What opens the browser view beside the window, if it was asked for and its port can be had."""
    if options.web is None:
        return None
    web = read_web_options(paths, options.web)
    try:
        check_port(web)
    except CommandError as error:
        logger.error("no browser view: %s", error)
        return None
    return partial(start_sidecar, web, paths)


def _read_settings(options: argparse.Namespace, paths: DataPaths) -> tuple[Settings, KioskRules, str | None]:
    """The settings and rules of the kiosk, and a message if the settings file has an error."""
    from tetris_arcade.config.training import config_from_settings
    from tetris_arcade.kiosk.controller import KioskRules
    from tetris_arcade.worker.shared.messages import TrainTask

    keep_settings(paths.settings_file)
    settings, message = load_settings(paths.settings_file)
    kiosk = _apply_options(settings.kiosk, options)
    training = settings.training
    task = TrainTask(config=config_from_settings(training), speed=training.speed) if kiosk.train else None
    monitor = options.monitor or settings.display.monitor
    display = replace(settings.display, full_screen=True, monitor=monitor)
    rules = KioskRules(kiosk, task, options.allow_exit, options.show_pin)
    return replace(settings, display=display, kiosk=kiosk), rules, message


def _apply_options(settings: KioskSettings, options: argparse.Namespace) -> KioskSettings:
    """The settings with the options that were given on the command line."""
    given = {
        "playlist": options.playlist,
        "idle_seconds": options.idle,
        "rotate_seconds": options.rotate,
        "train": options.train or None,
    }
    return replace(settings, **{name: value for name, value in given.items() if value is not None})


COMMAND = Subcommand("kiosk", "run unattended on a display", _add_arguments, _run, has_json=False)
