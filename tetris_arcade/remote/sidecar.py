"""The browser's server as a process beside its host: started, watched, and restarted when it has ended."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

import numpy as np

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.process.interpreter import spawning
from tetris_arcade.remote.sidecar_launch import HEARTBEAT_BYTES, SidecarLaunch, run_sidecar
from tetris_arcade.remote.web_options import WebOptions
from tetris_arcade.worker.shared.segments import Segment
from tetris_arcade.worker.viewer.supervision import Backoff, StallTimer

logger = logging.getLogger(__name__)

_SPAWN = get_context("spawn")
_START_SECONDS, _SILENT_SECONDS = 120.0, 10.0
"""Without a heartbeat: until the first one, and later."""
_FIRST_DELAY, _LONGEST_DELAY, _HEALTHY_SECONDS = 0.5, 30.0, 60.0
_END_SECONDS = 1.0
_BACKLOG = 64
_SEND_BUFFER_BYTES = 32 * 1024
"""A browser that does not read must not be sent many old boards: small buffers, then the newest only."""


class Sidecar:
    """The server's process. Its methods do not block, except `close`, for a second at most.

    Raises OSError if the port cannot be had. The port stays open while the process is restarted, so that
    browsers wait instead of being refused.

    connect: makes a link to the host, and returns the process's end of it.
    """

    def __init__(self, options: WebOptions, paths: DataPaths, connect: Callable[[], socket.socket]) -> None:
        self._listener = listen(options.host, options.port)
        self._options = replace(options, port=self._listener.getsockname()[1])
        self._paths, self._connect = paths, connect
        self._process: BaseProcess | None = None
        self._backoff = Backoff(_FIRST_DELAY, _LONGEST_DELAY, _HEALTHY_SECONDS)
        self._started_at = 0.0
        self._next_start_at = 0.0
        self._first_count = 0
        self._heartbeat = Segment(HEARTBEAT_BYTES)
        self._cell = np.frombuffer(self._heartbeat.map(), np.int64)
        self._silence = StallTimer(0, 0.0)
        self.restarts = 0

    @property
    def options(self) -> WebOptions:
        """With the port that it has."""
        return self._options

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def poll(self, now: float | None = None) -> None:
        """Start the process if there is none, and kill one that hangs; call this often."""
        now = time.monotonic() if now is None else now
        if self._process is None:
            if now >= self._next_start_at:
                self._start(now)
        elif self._process.exitcode is not None:
            self._end(self._process, now)
        else:
            self._check(self._process, now)

    def close(self) -> None:
        """End the process, and close the port."""
        self._listener.close()
        if self._process is not None:
            self._process.terminate()
            self._process.join(_END_SECONDS)
            if self._process.exitcode is None:
                self._process.kill()
                self._process.join()
            self._process.close()
            self._process = None
        self._heartbeat.close()

    def _start(self, now: float) -> None:
        self._started_at, self._first_count = now, int(self._cell[0])
        self._silence = StallTimer(self._first_count, now)
        try:
            link = self._connect()
        except OSError as error:
            self._retry(now, f"there is no link for it, {error}")
            return
        launch = SidecarLaunch(self._options, self._paths, link, self._listener, self._heartbeat)
        process = _SPAWN.Process(target=run_sidecar, args=(launch,), name="tetris-web", daemon=True)
        try:
            with spawning():
                process.start()
        except OSError as error:
            self._retry(now, f"the system cannot start it, {error}")
            return
        finally:
            link.close()
        self._process = process

    def _check(self, process: BaseProcess, now: float) -> None:
        count = int(self._cell[0])
        silent = self._silence.update(count, now)
        if silent >= (_START_SECONDS if count == self._first_count else _SILENT_SECONDS):
            logger.error("the web server did not answer for %.0f s: killing it", silent)
            process.kill()

    def _end(self, process: BaseProcess, now: float) -> None:
        code = process.exitcode
        process.close()
        self._process = None
        self._retry(now, f"it ended with code {code}")

    def _retry(self, now: float, reason: str) -> None:
        delay = self._backoff.next_delay(now - self._started_at)
        self._next_start_at = now + delay
        self.restarts += 1
        logger.warning("the web server is started again in %.1f s: %s", delay, reason)


def listen(host: str, port: int) -> socket.socket:
    """A bound socket for the server; raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
    # asyncio does so only for sockets that name their protocol. Without it, small messages wait for 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
