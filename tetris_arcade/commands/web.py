"""`web`: train and play without a window; the browser is the screen."""

from __future__ import annotations

import argparse
import sys
import threading

from tetris_arcade.commands import argument_types
from tetris_arcade.commands.subcommand import Subcommand
from tetris_arcade.commands.web_options import read_web_options
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.signals import handle_signals
from tetris_arcade.remote.web_options import DEFAULT_HOST, DEFAULT_PORT
from tetris_arcade.storage.settings_file import load_settings


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host", default=DEFAULT_HOST, metavar="H", help=f"where to listen, by default {DEFAULT_HOST}"
    )
    parser.add_argument("--port", type=argument_types.port, default=DEFAULT_PORT, metavar="P")
    parser.add_argument("--token", metavar="T", help="lets operators in; a new one if none is given")
    parser.add_argument("--watch-token", metavar="T", help="lets people in who may only watch")


def _run(options: argparse.Namespace, paths: DataPaths) -> None:
    """Serve until a signal ends it; a training is saved then."""
    from tetris_arcade.commands.web_session import WebSession

    web = read_web_options(paths, options.port, options.host, options.token, options.watch_token)
    _, problem = load_settings(paths.settings_file)
    if problem is not None:
        print(f"tetris_arcade: {problem}", file=sys.stderr)
    stop = threading.Event()
    with handle_signals(lambda _: stop.set()), WebSession(web, paths) as session:
        while not stop.is_set():
            session.poll()
            session.wait()


COMMAND = Subcommand(
    "web", "train and watch in browsers, without a window", _add_arguments, _run, has_json=False
)
