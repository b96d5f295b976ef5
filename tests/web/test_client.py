"""A browser that is slow gets the newest of everything, and no backlog."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from tetris_arcade.web.client import Client


class SlowConnection:
    """A connection whose browser reads when a test says so. written: the frames of each write."""

    def __init__(self) -> None:
        self.on_writable: Callable[[], None] | None = None
        self.is_writable = False
        self.written: list[list[bytes]] = []

    def push(self, frames: Iterable[bytes]) -> None:
        self.written.append(list(frames))


def sent(put: Callable[[Client], None], *, is_slow: bool = True) -> list[bytes]:
    """What a browser is sent in one write; a slow one reads after all was put."""
    connection = SlowConnection()
    connection.is_writable = not is_slow

    async def run() -> None:
        put(Client("watcher", "en", connection, lambda name, start: f"{name} from {start}".encode()))
        await asyncio.sleep(0)
        assert is_slow == (connection.written == [])
        connection.is_writable = True
        assert connection.on_writable is not None
        connection.on_writable()

    asyncio.run(run())
    (frames,) = connection.written
    return frames


def test_only_the_newest_of_each_kind_is_sent() -> None:
    def put(client: Client) -> None:
        for number in range(100):
            client.put(f"board {number}".encode(), "board0")
            client.put(f"metrics {number}".encode(), "metrics")

    assert sent(put) == [b"board 99", b"metrics 99"]


def test_points_that_wait_are_sent_together() -> None:
    def put(client: Client) -> None:
        for start in (7, 5, 9):
            client.put_points("loss", start)

    assert sent(put) == [b"loss from 5"]


def test_messages_keep_their_order_and_the_oldest_are_dropped() -> None:
    def put(client: Client) -> None:
        for number in range(1_000):
            client.put(str(number).encode())

    messages = sent(put)
    assert messages == [str(number).encode() for number in range(1_000 - len(messages), 1_000)]
    assert len(messages) < 300


def test_all_that_comes_up_at_once_is_one_write() -> None:
    def put(client: Client) -> None:
        client.put(b"status")
        client.put(b"board", "board0")
        client.put_points("loss", 3)

    assert sent(put, is_slow=False) == [b"status", b"board", b"loss from 3"]
