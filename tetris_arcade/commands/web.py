"""`web`: train and play without a window; the browser is the screen."""

from __future__ import annotations

import argparse
import select
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from tetris_arcade.commands import argument_types
from tetris_arcade.commands.errors import CommandError
from tetris_arcade.commands.subcommand import Subcommand
from tetris_arcade.commands.web_options import open_sidecar, read_web_options
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.log_file import LogFile
from tetris_arcade.process.signals import handle_signals
from tetris_arcade.remote.web_options import DEFAULT_HOST, DEFAULT_PORT, WebOptions
from tetris_arcade.storage.data_lock import DataLock
from tetris_arcade.storage.repair import repair_storage
from tetris_arcade.storage.settings_file import keep_settings, load_settings

if TYPE_CHECKING:
    from tetris_arcade.remote.host import HostLinks
    from tetris_arcade.remote.sidecar import Sidecar
    from tetris_arcade.worker.viewer.client import WorkerClient

_POLL_SECONDS = 0.02


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default=DEFAULT_HOST, metavar="H", help=f"where to listen, by default {DEFAULT_HOST}"
    )
    parser.add_argument("--port", type=argument_types.port, default=DEFAULT_PORT, metavar="P")
    parser.add_argument("--token", metavar="T", help="lets operators in; a new one if none is given")
    parser.add_argument("--watch-token", metavar="T", help="lets people in who may only watch")


def _run(options: argparse.Namespace, paths: DataPaths) -> None:
    """Serve until a signal ends it; a training is saved then."""
    web = read_web_options(paths, options.port, options.host, options.token, options.watch_token)
    with DataLock(paths) as lock:
        if not lock.is_held:
            raise CommandError(lock.why_not or "the data folder is in use")
        for message in repair_storage(paths):
            print(message, file=sys.stderr)
        keep_settings(paths.settings_file)
        with LogFile(paths.logs):
            _serve(web, paths)


def _serve(web: WebOptions, paths: DataPaths) -> None:
    from tetris_arcade.remote.host import HostLinks
    from tetris_arcade.remote.worker_host import WorkerHost
    from tetris_arcade.worker.viewer.client import WorkerClient

    trainer, player = WorkerClient(paths), WorkerClient(paths)
    links = HostLinks(
        WorkerHost(
            "web",
            paths,
            trainer,
            player,
            lambda: load_settings(paths.settings_file)[0].training,
            is_writable=True,
        )
    )
    stop = threading.Event()
    try:
        with handle_signals(lambda _: stop.set()):
            sidecar = open_sidecar(web, paths, links.connect)
            try:
                _loop({"trainer": trainer, "player": player}, links, sidecar, stop.is_set)
            finally:
                links.close()
                sidecar.close()
    finally:
        trainer.stop()
        player.close()
        trainer.close()


def _loop(
    clients: dict[str, WorkerClient], links: HostLinks, sidecar: Sidecar, is_stopping: Callable[[], bool]
) -> None:
    """Supervise workers and server, and obey, until a signal comes; a command ends the wait at once."""
    while not is_stopping():
        for source, client in clients.items():
            links.on_report(source, client.poll())
        links.poll()
        sidecar.poll()
        select.select(links.filenos(), [], [], _POLL_SECONDS)


COMMAND = Subcommand(
    "web", "train and watch in browsers, without a window", _add_arguments, _run, has_json=False
)
