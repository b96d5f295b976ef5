"""Small JSON messages over a stream socket, both ways; no call blocks.

The socket is one end of a pair, or connected to a Unix socket that only this user can open.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from tetris_arcade.storage.errors import DamagedError
from tetris_arcade.storage.strict_json import parse_json
from tetris_arcade.worker.shared.segments import Segment

MAX_MESSAGE_BYTES = 64 * 1024
_MAX_UNSENT_BYTES = 8 * MAX_MESSAGE_BYTES
_READ_BYTES = 64 * 1024
_MAX_MESSAGES_PER_CALL = 64
_MAX_DESCRIPTORS = 4
_SEGMENT_SIZES = "segment_sizes"
"""The field with the sizes in bytes of the segments that come with a message."""

Message = dict[str, Any]


class MessageChannel:
    """One end of the connection. An end that stalls, or sends what is no message, is closed.

    accepts_segments: whether the other end may send shared memory.
    """

    def __init__(self, sock: socket.socket, *, accepts_segments: bool = False) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._accepts_segments = accepts_segments
        self._unsent: deque[tuple[bytes, list[int]]] = deque()
        self._num_unsent_bytes = 0
        self._received = bytearray()
        self._descriptors: deque[int] = deque()
        self._has_ended = False
        self.is_closed = False

    def fileno(self) -> int:
        """For `select`; -1 once it is closed."""
        return self._socket.fileno()

    def send(self, message: Mapping[str, Any], segments: Sequence[Segment] = ()) -> bool:
        """Send a message, and read-only access to segments with it; False if it will not arrive."""
        if self.is_closed:
            return False
        sizes = {_SEGMENT_SIZES: [segment.size for segment in segments]} if segments else {}
        line = json.dumps({**message, **sizes}, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        if len(line) > MAX_MESSAGE_BYTES:
            return False
        if self._num_unsent_bytes + len(line) > _MAX_UNSENT_BYTES:
            self.close()
            return False
        self._num_unsent_bytes += len(line)
        self._unsent.append((line, [segment.read_only_descriptor() for segment in segments]))
        self.flush()
        return not self.is_closed

    def flush(self) -> None:
        """Send what did not fit into the socket before."""
        while self._unsent and not self.is_closed:
            line, descriptors = self._unsent.popleft()
            try:
                sent = (
                    socket.send_fds(self._socket, [line], descriptors)
                    if descriptors
                    else self._socket.send(line)
                )
            except BlockingIOError:
                self._unsent.appendleft((line, descriptors))
                return
            except OSError:
                _close_all(descriptors)
                self.close()
                return
            _close_all(descriptors)
            self._num_unsent_bytes -= sent
            if sent < len(line):
                self._unsent.appendleft((line[sent:], []))

    def receive(self) -> list[tuple[Message, list[Segment]]]:
        """The messages that have arrived, each with its segments, at most 64 per call."""
        self._read()
        found: list[tuple[Message, list[Segment]]] = []
        end = self._received.find(b"\n")
        while end >= 0 and not self.is_closed and len(found) < _MAX_MESSAGES_PER_CALL:
            line = bytes(self._received[:end])
            del self._received[: end + 1]
            try:
                found.append(self._decode(line))
            except (DamagedError, OSError):
                self.close()
            end = self._received.find(b"\n")
        if end < 0 and (self._has_ended or len(self._received) > MAX_MESSAGE_BYTES):
            self.close()
        return found

    def close(self) -> None:
        """Close the connection, as its other end notices."""
        self.is_closed = True
        for _, descriptors in self._unsent:
            _close_all(descriptors)
        _close_all(self._descriptors)
        self._unsent.clear()
        self._descriptors.clear()
        self._socket.close()

    def _read(self) -> None:
        while not self.is_closed and not self._has_ended and len(self._received) <= MAX_MESSAGE_BYTES:
            try:
                data = self._read_once()
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self._has_ended = True
                return
            self._received += data

    def _read_once(self) -> bytes:
        if not self._accepts_segments:
            return self._socket.recv(_READ_BYTES)  # The system drops descriptors that nobody asked for.
        data, descriptors, _flags, _address = socket.recv_fds(self._socket, _READ_BYTES, _MAX_DESCRIPTORS)
        self._descriptors += descriptors
        return data

    def _decode(self, line: bytes) -> tuple[Message, list[Segment]]:
        message = parse_json(line, "a message")
        if not isinstance(message, dict):
            raise DamagedError("a message is not a table")
        sizes = message.pop(_SEGMENT_SIZES, [])
        if not isinstance(sizes, list) or len(sizes) > len(self._descriptors):
            raise DamagedError("a message lacks its segments")
        return message, [Segment.from_descriptor(self._descriptors.popleft(), int(size)) for size in sizes]


def _close_all(descriptors: Sequence[int] | deque[int]) -> None:
    for descriptor in descriptors:
        with contextlib.suppress(OSError):
            os.close(descriptor)
