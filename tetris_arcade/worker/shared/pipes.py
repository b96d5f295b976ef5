"""Small messages through a pipe: each goes in whole or not at all, and nobody ever waits."""

from __future__ import annotations

import os
import select
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

_HEADER_SIZE = 4
MESSAGE_SIZE = int(getattr(select, "PIPE_BUF", 4096)) - _HEADER_SIZE
"""Up to this many bytes a message enters a pipe in one piece: a reader never waits for the rest of it."""


def pickle_message(message: Any) -> bytes:
    """A message as `Connection.recv` takes it."""
    return bytes(ForkingPickler.dumps(message))


def set_nonblocking(writing_end: Connection) -> None:
    """Let a write into a full pipe raise BlockingIOError instead of waiting."""
    if os.name == "posix":
        os.set_blocking(writing_end.fileno(), False)
