"""The server's process: serves until its host ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Iterator
from multiprocessing import parent_process
from typing import Any, ClassVar

import numpy as np
import uvicorn
from starlette.concurrency import run_in_threadpool
from uvicorn.protocols.http.h11_impl import H11Protocol

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.log_file import LogFile
from tetris_arcade.process.parent import die_with_parent
from tetris_arcade.process.signals import termination_signals
from tetris_arcade.remote.link import HostLink, OtherVersionError
from tetris_arcade.remote.sidecar_launch import SidecarLaunch
from tetris_arcade.storage.settings_file import load_settings
from tetris_arcade.web.access import MAX_BODY_BYTES
from tetris_arcade.web.app import make_app
from tetris_arcade.web.health import Health
from tetris_arcade.web.hub import HostGoneError, Hub
from tetris_arcade.web.models import Models
from tetris_arcade.web.public_text import PublicText
from tetris_arcade.web.push import PushProtocol

logger = logging.getLogger(__name__)

LOG_NAME = "web.log"
_NICENESS = 5
_MAX_CONNECTIONS = 256
_HEADER_SECONDS = 15.0
"""A connection that has not sent a request's headers by then is closed."""
_WRITE_BUFFER_BYTES = 16 * 1024
_PING_SECONDS = 20.0
_HOST_POLL_SECONDS = 0.01
_BEAT_SECONDS, _WATCH_SECONDS, _MODELS_SECONDS = 0.25, 1.0, 10.0


class _BoundedProtocol(H11Protocol):
    """HTTP connections of a bounded number, with small buffers.

    One that has not sent a request is closed after a while, or as soon as another one needs its place.
    """

    _silent: ClassVar[dict[_BoundedProtocol, None]] = {}
    """The connections that have not sent a request, the oldest first."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=_WRITE_BUFFER_BYTES)
        self._silent[self] = None
        self.loop.call_later(_HEADER_SECONDS, self._close_if_silent)
        if len(self.connections) > _MAX_CONNECTIONS:
            oldest = next(iter(self._silent))
            del self._silent[oldest]
            oldest.transport.abort()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.scope is not None:
            self._silent.pop(self, None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._silent.pop(self, None)
        super().connection_lost(exc)

    def _close_if_silent(self) -> None:
        if self in self._silent:
            self.transport.abort()


class _Server(uvicorn.Server):
    """Leaves signals to this module: Ctrl-C is for the host, whose end is this process's end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run(launch: SidecarLaunch) -> None:
    """Serve until the host has ended, or this process is terminated."""
    parent = parent_process()
    die_with_parent(None if parent is None else parent.pid)
    for number in termination_signals():
        signal.signal(number, signal.SIG_DFL if number is signal.SIGTERM else signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.nice(_NICENESS)
    logging.basicConfig(level=logging.WARNING)
    with LogFile(launch.paths.logs, file_name=LOG_NAME):
        try:
            asyncio.run(_serve(launch))
        except (HostGoneError, OtherVersionError) as error:
            logger.warning("the web server has ended: %s", error)
    os._exit(0)  # Threads that still copy a file must not hold it up.


async def _serve(launch: SidecarLaunch) -> None:
    link = HostLink(launch.link)
    public_text = PublicText(launch.paths)
    hub = Hub(link, public_text)
    models, health = Models(launch.paths, public_text), Health(hub, launch.paths)
    server = _Server(_config(make_app(launch.options, hub, models, health)))
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()
    descriptor = link.fileno()

    def on_readable() -> None:
        try:
            hub.on_readable()
        except (HostGoneError, OtherVersionError, ValueError, KeyError, OSError) as error:
            loop.remove_reader(descriptor)
            ended.set_exception(error)

    loop.add_reader(descriptor, on_readable)
    while not hub.is_ready and not ended.done():
        await asyncio.sleep(_HOST_POLL_SECONDS)
        hub.tick(time.monotonic())
    await _read_folder(hub, models, launch.paths)
    tasks = [
        asyncio.create_task(work)
        for work in (
            server.serve(sockets=[launch.listener]),
            hub.run(),
            _beat(launch),
            _watch(hub, models, health, launch.paths),
        )
    ]
    await asyncio.wait([ended, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for future in (ended, *tasks):
        if future.done():
            future.result()


def _config(app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_BoundedProtocol,
        ws=PushProtocol,
        ws_max_size=MAX_BODY_BYTES,
        ws_ping_interval=_PING_SECONDS,
        ws_ping_timeout=_PING_SECONDS,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,  # uvicorn's lines hold the address, and with it the token.
        access_log=False,
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=16 * 1024,
    )


async def _beat(launch: SidecarLaunch) -> None:
    """Show the host that this process answers."""
    cell = np.frombuffer(launch.heartbeat.map(), np.int64)
    while True:
        cell[0] += 1
        await asyncio.sleep(_BEAT_SECONDS)


async def _watch(hub: Hub, models: Models, health: Health, paths: DataPaths) -> None:
    """Watch the training's progress, and the data folder while somebody looks at it."""
    loop = asyncio.get_running_loop()
    next_list = loop.time() + _MODELS_SECONDS
    while True:
        health.watch()
        if loop.time() >= next_list and hub.num_clients:
            next_list = loop.time() + _MODELS_SECONDS
            await _read_folder(hub, models, paths)
        await asyncio.sleep(_WATCH_SECONDS)


async def _read_folder(hub: Hub, models: Models, paths: DataPaths) -> None:
    """Read what browsers are told of the data folder."""
    hub.display = (await run_in_threadpool(load_settings, paths.settings_file))[0].display
    hub.set_models(await run_in_threadpool(models.list))
