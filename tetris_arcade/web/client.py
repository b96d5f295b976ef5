"""What one browser still has to be sent: the newest boards and figures, and a bounded queue of the rest."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

_MAX_QUEUED = 256
"""Of status, episodes and messages: a browser that is this far behind loses the oldest."""


class Client:
    """One open WebSocket. Its sender takes what is newest whenever the browser has taken the last.

    role: "operator" or "watcher". encode_points(name, start): the message with a graph's points.
    """

    def __init__(self, role: str, encode_points: Callable[[str, int], str]) -> None:
        self.role = role
        self._encode_points = encode_points
        self._newest: dict[str, str] = {}
        self._new_points: dict[str, int] = {}
        self._queue: deque[str] = deque(maxlen=_MAX_QUEUED)
        self._has_more = asyncio.Event()
        self.num_waiting = 0
        """Commands of this client that the host has not answered."""

    def put(self, message: str) -> None:
        """Send it after those before."""
        self._queue.append(message)
        self._has_more.set()

    def put_newest(self, kind: str, message: str) -> None:
        """Send it instead of the last one of its kind, if that is still waiting."""
        self._newest[kind] = message
        self._has_more.set()

    def put_points(self, name: str, start: int) -> None:
        """Send a graph's points from an index on."""
        self._new_points[name] = min(start, self._new_points.get(name, start))
        self._has_more.set()

    async def send_all(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Send for as long as the connection lasts; `send` waits while the browser does not read."""
        while True:
            await self._has_more.wait()
            self._has_more.clear()
            while (message := self._next()) is not None:
                await send(message)

    def _next(self) -> str | None:
        if self._queue:
            return self._queue.popleft()
        if self._newest:
            return self._newest.pop(next(iter(self._newest)))
        if self._new_points:
            return self._encode_points(*self._new_points.popitem())
        return None
