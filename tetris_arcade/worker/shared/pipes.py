"""Small messages through a pipe: each is written whole or not at all, and no call blocks."""

from __future__ import annotations

import os
import select
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

_HEADER_BYTES = 4
MAX_MESSAGE_BYTES = int(getattr(select, "PIPE_BUF", 4096)) - _HEADER_BYTES
"""POSIX writes up to PIPE_BUF bytes atomically, so a reader never waits for the rest of a message."""


def pickle_message(message: Any) -> bytes:
    """Encode a message for `Connection.recv`."""
    return bytes(ForkingPickler.dumps(message))


def set_nonblocking(writing_end: Connection) -> None:
    """Make a write to a full pipe raise BlockingIOError instead of blocking."""
    if os.name == "posix":
        os.set_blocking(writing_end.fileno(), False)
