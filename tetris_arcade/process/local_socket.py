"""A Unix socket at a path: where programs of the same user on the same machine reach this one."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

_MAX_ADDRESS_BYTES = 107
"""Of a socket's address on Linux; macOS has 103."""
_BACKLOG = 8
_MODE = 0o600


class LocalListener:
    """Listens at a path, readable and writable by this user only. No call blocks.

    The caller holds a lock that only one program can hold, so a socket that is there already is a leftover of
    a program that was killed, and is replaced.
    """

    def __init__(self, path: Path) -> None:
        """Raises OSError if there can be no socket: something else is there, or the system refuses it."""
        self._path = path
        self._socket = _make_socket()
        try:
            _remove_leftover(path)
            # Linux gives the file the mode of the open socket: it is never accessible to others.
            os.fchmod(self._socket.fileno(), _MODE)
            with _short_address(path) as address:
                self._socket.bind(address)
            os.chmod(path, _MODE)
            self._identity = _identity(path)
            self._socket.listen(_BACKLOG)
            self._socket.setblocking(False)
        except BaseException:
            self._socket.close()
            raise

    def fileno(self) -> int:
        """The descriptor that is readable when a program has connected."""
        return self._socket.fileno()

    def accept_all(self) -> Iterator[socket.socket]:
        """The programs that have connected since the last call."""
        with contextlib.suppress(OSError):  # There are no more, or too many files are open.
            while True:
                yield self._socket.accept()[0]

    def close(self) -> None:
        """Stop listening, and remove the file unless another program has replaced it."""
        self._socket.close()
        with contextlib.suppress(OSError):
            if _identity(self._path) == self._identity:
                os.unlink(self._path)


def connect(path: Path) -> socket.socket:
    """Connect to a listener; raises OSError, ConnectionRefusedError if its program has ended."""
    connection = _make_socket()
    try:
        # A listener that accepts nothing must not block: its backlog fills up, and then this fails.
        connection.setblocking(False)
        with _short_address(path) as address:
            connection.connect(address)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_socket() -> socket.socket:
    if not hasattr(socket, "AF_UNIX"):
        raise OSError("this system has no local sockets")
    return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)


def _remove_leftover(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISSOCK(os.lstat(path).st_mode):
            os.unlink(path)


def _identity(path: Path) -> tuple[int, int]:
    status = os.lstat(path)
    return status.st_dev, status.st_ino


@contextlib.contextmanager
def _short_address(path: Path) -> Iterator[str]:
    """The path, or one through an open descriptor of its folder: a socket's address is short."""
    if len(os.fsencode(path)) <= _MAX_ADDRESS_BYTES:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
