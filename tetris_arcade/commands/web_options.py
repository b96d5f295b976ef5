"""`--web`: the browser view beside a command's own work."""

from __future__ import annotations

import argparse
import errno
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from tetris_arcade.commands.argument_types import port
from tetris_arcade.commands.errors import MISUSED, CommandError
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.remote.web_options import (
    DEFAULT_HOST,
    DEFAULT_PORT,
    WebOptions,
    make_web_options,
    missing_web_packages,
)
from tetris_arcade.storage.errors import describe_os_error
from tetris_arcade.storage.settings_file import load_settings

if TYPE_CHECKING:
    from tetris_arcade.remote.sidecar import Sidecar


def add_web_option(parser: argparse.ArgumentParser) -> None:
    """Add `--web [PORT]`."""
    parser.add_argument(
        "--web",
        nargs="?",
        type=port,
        const=DEFAULT_PORT,
        metavar="PORT",
        help=f"also show it in browsers on this machine, on port {DEFAULT_PORT} if none is given",
    )


def read_web_options(
    paths: DataPaths,
    port: int,
    host: str = DEFAULT_HOST,
    token: str | None = None,
    watch_token: str | None = None,
) -> WebOptions:
    """The options of the server; raises CommandError if they cannot be used."""
    missing = missing_web_packages()
    if missing:
        raise CommandError('the browser view is not installed: pip install "tetris-arcade[web]"')
    addresses = load_settings(paths.settings_file)[0].web.addresses
    try:
        return make_web_options(host, port, token, watch_token, addresses)
    except ValueError as error:
        raise CommandError(str(error), MISUSED) from error


def start_sidecar(options: WebOptions, paths: DataPaths, connect: Callable[[], socket.socket]) -> Sidecar:
    """Start the server; raises CommandError if the port cannot be had. connect: as `Sidecar` has it."""
    from tetris_arcade.remote.sidecar import Sidecar

    try:
        return Sidecar(options, paths, connect)
    except OSError as error:
        raise _port_error(options, error) from error


def open_sidecar(options: WebOptions, paths: DataPaths, connect: Callable[[], socket.socket]) -> Sidecar:
    """The same, and print the line with its address."""
    sidecar = start_sidecar(options, paths, connect)
    announce(sidecar.options)
    return sidecar


def announce(options: WebOptions) -> None:
    """Print the line with the address; it is not logged."""
    print(f"In the browser: {options.operator_url}", file=sys.stderr, flush=True)


def check_port(options: WebOptions) -> None:
    """Raise CommandError if the port cannot be had now."""
    from tetris_arcade.remote.sidecar import listen

    try:
        listen(options.host, options.port).close()
    except OSError as error:
        raise _port_error(options, error) from error


def _port_error(options: WebOptions, error: OSError) -> CommandError:
    reason = "another program uses it" if error.errno == errno.EADDRINUSE else describe_os_error(error)
    return CommandError(f"port {options.port} on {options.host} cannot be used: {reason}")
