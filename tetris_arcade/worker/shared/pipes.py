"""Small messages through a pipe: each is written whole or not at all, and no call blocks."""

from __future__ import annotations

import dataclasses
import os
import select
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

_HEADER_BYTES = 4
_MAX_TEXT_BYTES = 1_200
MAX_MESSAGE_BYTES = int(getattr(select, "PIPE_BUF", 4096)) - _HEADER_BYTES
"""POSIX writes up to PIPE_BUF bytes atomically, so a reader never waits for the rest of a message."""


def pickle_message(message: Any) -> bytes:
    """Encode a message for `Connection.recv`."""
    return bytes(ForkingPickler.dumps(message))


def unpickle_message(message: bytes) -> Any:
    """Decode what `pickle_message` has encoded, in the same program."""
    return ForkingPickler.loads(message)


def pickle_report(report: Any) -> bytes:
    """Encode a dataclass, with its texts truncated if it would not fit into the pipe."""
    message = pickle_message(report)
    if len(message) <= MAX_MESSAGE_BYTES:
        return message
    fields: dict[str, Any] = {field.name: getattr(report, field.name) for field in dataclasses.fields(report)}
    texts = {name: _truncate(value) for name, value in fields.items() if isinstance(value, str)}
    return pickle_message(type(report)(**(fields | texts)))


def _truncate(text: str) -> str:
    """Keep the start and the end of a long text; the end of a traceback tells the most."""
    data = text.encode(errors="replace")
    if len(data) <= _MAX_TEXT_BYTES:
        return data.decode()
    tail = _MAX_TEXT_BYTES * 2 // 3
    head = _MAX_TEXT_BYTES - tail
    return f"{data[:head].decode(errors='ignore')} ... {data[-tail:].decode(errors='ignore')}"


def set_nonblocking(writing_end: Connection) -> None:
    """Make a write to a full pipe raise BlockingIOError instead of blocking."""
    if os.name == "posix":
        os.set_blocking(writing_end.fileno(), False)
