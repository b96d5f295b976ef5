"""A browser that is slow gets the newest of everything, and no backlog."""

from __future__ import annotations

import asyncio

from tetris_arcade.web.client import Client


def sent(client: Client) -> list[str]:
    """What a browser that reads now is sent."""
    messages: list[str] = []

    async def take(message: str) -> None:
        messages.append(message)

    async def run() -> None:
        task = asyncio.create_task(client.send_all(take))
        await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(run())
    return messages


def new_client() -> Client:
    return Client("watcher", lambda name, start: f"{name} from {start}")


def test_only_the_newest_of_each_kind_is_sent() -> None:
    client = new_client()
    for number in range(100):
        client.put_newest("board0", f"board {number}")
        client.put_newest("metrics", f"metrics {number}")
    assert sent(client) == ["board 99", "metrics 99"]


def test_points_that_wait_are_sent_together() -> None:
    client = new_client()
    for start in (7, 5, 9):
        client.put_points("loss", start)
    assert sent(client) == ["loss from 5"]


def test_messages_keep_their_order_and_the_oldest_are_dropped() -> None:
    client = new_client()
    for number in range(1_000):
        client.put(str(number))
    messages = sent(client)
    assert messages == [str(number) for number in range(1_000 - len(messages), 1_000)]
    assert len(messages) < 300
