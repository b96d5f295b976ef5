"""Messages over a socket: whole, bounded, and never waited for."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator

import pytest

from tetris_arcade.remote.channel import MAX_MESSAGE_BYTES, MessageChannel
from tetris_arcade.worker.shared.segments import Segment

Pair = tuple[MessageChannel, MessageChannel]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """(one that may not be sent memory, one that may)."""
    left, right = socket.socketpair()
    channels = MessageChannel(left), MessageChannel(right, accepts_segments=True)
    yield channels
    for channel in channels:
        channel.close()


def test_messages_arrive_in_order_with_their_memory(pair: Pair) -> None:
    sender, receiver = pair
    segments = [Segment(100), Segment(200)]
    for number, segment in enumerate(segments):
        segment.map()[:3] = bytes([number, 7, 7])
    sender.send({"number": 1})
    sender.send({"number": 2}, segments)
    sender.send({"number": 3}, segments[1:])
    received = receiver.receive()
    assert [message for message, _ in received] == [{"number": 1}, {"number": 2}, {"number": 3}]
    assert [[part.size for part in parts] for _, parts in received] == [[], [100, 200], [200]]
    assert received[1][1][1].map(read_only=True)[:3] == b"\1\7\7"


def test_sent_memory_can_only_be_read(pair: Pair) -> None:
    sender, receiver = pair
    sender.send({}, [Segment(100)])
    ((_, (segment,)),) = receiver.receive()
    with pytest.raises(PermissionError):
        segment.map()


def test_memory_that_nobody_asked_for_is_dropped(pair: Pair) -> None:
    receiver, sender = pair
    before = len(os.listdir("/proc/self/fd"))
    sender.send({"number": 1}, [Segment(100)])
    assert receiver.receive() == []
    assert receiver.is_closed
    assert len(os.listdir("/proc/self/fd")) <= before + 1


@pytest.mark.parametrize(
    "line", [b"nonsense", b"[1]", b'{"a": NaN}', b'{"a":1,"a":2}', b'{"segment_sizes":[9]}']
)
def test_what_is_no_message_ends_the_connection(line: bytes) -> None:
    left, right = socket.socketpair()
    channel = MessageChannel(left, accepts_segments=True)
    right.sendall(line + b"\n")
    assert channel.receive() == []
    assert channel.is_closed
    right.close()


def test_endless_message_ends_the_connection() -> None:
    left, right = socket.socketpair()
    right.setblocking(False)
    channel = MessageChannel(left)
    for _ in range(100):
        with contextlib.suppress(BlockingIOError, BrokenPipeError):
            right.send(b"x" * 10_000)
        channel.receive()
    assert channel.is_closed
    right.close()


def test_other_end_that_stalls_is_given_up(pair: Pair) -> None:
    sender, _ = pair
    text = "x" * (MAX_MESSAGE_BYTES // 2)
    sent = 0
    while sender.send({"text": text}):
        sent += 1
        assert sent < 1_000
    assert sender.is_closed


def test_full_socket_delays_messages_and_loses_none(pair: Pair) -> None:
    sender, receiver = pair
    texts = ["x" * 2_500] * 4
    for number in range(40):
        assert sender.send({"number": number, "texts": texts})
    numbers: list[int] = []
    for _ in range(200):
        numbers += [message["number"] for message, _ in receiver.receive()]
        sender.flush()
    assert numbers == list(range(40))


def test_end_is_noticed_after_the_last_message(pair: Pair) -> None:
    sender, receiver = pair
    sender.send({"number": 1})
    sender.close()
    assert [message for message, _ in receiver.receive()] == [{"number": 1}]
    receiver.receive()
    assert receiver.is_closed


def test_too_large_message_is_not_sent(pair: Pair) -> None:
    sender, receiver = pair
    assert not sender.send({"text": "x" * MAX_MESSAGE_BYTES})
    assert sender.send({"number": 2})
    assert [message for message, _ in receiver.receive()] == [{"number": 2}]


def test_memory_smaller_than_said_is_refused() -> None:
    segment = Segment(100)
    with pytest.raises(OSError, match="smaller"):
        Segment.from_descriptor(segment.read_only_descriptor(), 101)
