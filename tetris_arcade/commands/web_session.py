"""The program of `web`: its workers, those who watch them, and the browser's server."""

from __future__ import annotations

import logging
import select
import socket
import sys
import time
from contextlib import ExitStack
from typing import Self

from tetris_arcade.commands.errors import CommandError
from tetris_arcade.commands.web_options import open_sidecar
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.local_socket import connect
from tetris_arcade.process.log_file import LogFile
from tetris_arcade.remote.host import HostLinks
from tetris_arcade.remote.web_options import WebOptions
from tetris_arcade.remote.worker_host import WorkerHost
from tetris_arcade.services.trainer_access import AccessChange, TrainerAccess
from tetris_arcade.storage.repair import repair_storage
from tetris_arcade.storage.settings_file import keep_settings, load_settings
from tetris_arcade.worker.viewer.client import WorkerClient

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.02
_WATCHING = "Another program trains in this data folder: browsers see and steer that training."


class WebSession:
    """Trains and plays as browsers ask for it.

    As long as another program trains in the data folder, browsers see that training instead.
    """

    def __init__(self, web: WebOptions, paths: DataPaths) -> None:
        """Raises CommandError if the port is taken, or the data folder is in use and cannot be watched."""
        self._paths = paths
        self._access = TrainerAccess(paths, WorkerClient(paths), watches=False)
        self._player = WorkerClient(paths)
        self._links = HostLinks(self._make_host)
        self._resources = ExitStack()
        self._resources.callback(self._close_workers)
        if self._access.lock.is_held:
            self._own_folder()
        elif self._access.is_attached:
            print(_WATCHING, file=sys.stderr)
        else:
            self._resources.close()
            raise CommandError(self._access.lock.why_not or "the data folder is in use")
        try:
            self._sidecar = open_sidecar(web, paths, self._connect)
        except BaseException:
            self._resources.close()
            raise
        self._resources.callback(self._sidecar.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Save what is trained, and release everything."""
        self._links.close()
        self._resources.__exit__(*error)  # type: ignore[arg-type]

    def poll(self) -> None:
        """Supervise workers and server, and obey. Call this often."""
        self._follow_access()
        for source, client in (("trainer", self._access.client), ("player", self._player)):
            self._links.on_report(source, client.poll())
        self._links.poll()
        self._sidecar.poll()

    def wait(self) -> None:
        """Wait for the next poll; a command ends the wait."""
        select.select(self._links.filenos(), [], [], _POLL_SECONDS)

    def _follow_access(self) -> None:
        """When the program that was watched has ended, train here."""
        match self._access.update(time.monotonic()):
            case AccessChange.LOST:
                print(self._access.end_message, file=sys.stderr)
            case AccessChange.ATTACHED:
                print(_WATCHING, file=sys.stderr)
            case AccessChange.OWNED:
                self._own_folder()
                print("Trainings can be started here now.", file=sys.stderr)

    def _own_folder(self) -> None:
        """Only this program writes in the data folder now: repair what is broken, and let others watch."""
        for message in repair_storage(self._paths):
            print(message, file=sys.stderr)
        keep_settings(self._paths.settings_file)
        self._resources.enter_context(LogFile(self._paths.logs))
        try:
            self._links.listen(self._paths.socket_file)
        except OSError as error:
            logger.warning("other programs cannot watch: %s", error)

    def _make_host(self) -> WorkerHost:
        return WorkerHost(
            "web",
            self._paths,
            self._access.own,
            self._player,
            lambda: load_settings(self._paths.settings_file)[0].training,
            is_writable=True,
        )

    def _connect(self) -> socket.socket:
        """A link for the browser's server: to this program, or to the one that is watched."""
        return self._links.connect() if self._access.lock.is_held else connect(self._paths.socket_file)

    def _close_workers(self) -> None:
        for client in (self._access.own, self._player):  # Ask both before waiting for either.
            client.stop()
        for client in (self._player, self._access.own):
            client.close()
        self._access.close()
