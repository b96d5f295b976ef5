"""What one browser still has to be sent: the newest boards and figures, and a bounded queue of the rest."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

_MAX_QUEUED = 256
"""Of status, episodes and messages: a browser that is this far behind loses the oldest."""


class Connection(Protocol):
    """An open WebSocket. `on_writable` is called when it is writable again."""

    on_writable: Callable[[], None] | None

    @property
    def is_writable(self) -> bool: ...

    def push(self, frames: Iterable[bytes]) -> None: ...


class Client:
    """One open WebSocket. Whenever the browser has taken the last, it is sent what is newest.

    Messages are frames, see `push.text_frame`. role: "operator" or "watcher". language: the code of the
    page's. encode_points(name, start): the message with a graph's points.
    """

    def __init__(
        self, role: str, language: str, connection: Connection, encode_points: Callable[[str, int], bytes]
    ) -> None:
        self.role, self.language = role, language
        self._connection, self._encode_points = connection, encode_points
        self._newest: dict[str, bytes] = {}
        self._new_points: dict[str, int] = {}
        self._queue: deque[bytes] = deque(maxlen=_MAX_QUEUED)
        self._is_flushing = False
        connection.on_writable = self._flush
        self.num_waiting = 0
        """Commands of this client that the host has not answered."""

    def put(self, message: bytes, kind: str | None = None) -> None:
        """Send it after those before; of a `kind`, instead of the last one if that is still waiting."""
        if kind is None:
            self._queue.append(message)
        else:
            self._newest[kind] = message
        self._flush_soon()

    def put_points(self, name: str, start: int) -> None:
        """Send a graph's points from an index on."""
        self._new_points[name] = min(start, self._new_points.get(name, start))
        self._flush_soon()

    def _flush_soon(self) -> None:
        """Send once all that comes up now has been put: one write costs as much as ten messages."""
        if not self._is_flushing:
            self._is_flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._is_flushing = False
        if not self._connection.is_writable:
            return
        points = [self._encode_points(name, start) for name, start in self._new_points.items()]
        frames = [*self._queue, *self._newest.values(), *points]
        self._queue.clear()
        self._newest.clear()
        self._new_points.clear()
        if frames:
            self._connection.push(frames)
