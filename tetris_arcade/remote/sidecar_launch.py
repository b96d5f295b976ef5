"""What the browser's server is started with, and the function that its process runs."""

from __future__ import annotations

import importlib
import socket
from dataclasses import dataclass

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.remote.web_options import WebOptions
from tetris_arcade.worker.shared.segments import Segment

_SERVER = "tetris_arcade.web.process"
HEARTBEAT_BYTES = 8


@dataclass(frozen=True)
class SidecarLaunch:
    """link: the process's end of the link to the host. listener: the bound socket of the server.

    heartbeat: an int64 that the process counts up as long as it answers.
    """

    options: WebOptions
    paths: DataPaths
    link: socket.socket
    listener: socket.socket
    heartbeat: Segment


def run_sidecar(launch: SidecarLaunch) -> None:
    """Run the server's code, which is imported here, in its process, and never by the host."""
    importlib.import_module(_SERVER).run(launch)
