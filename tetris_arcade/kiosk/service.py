"""What systemd is told, where it listens: ready, alive, stopping (sd_notify, see its manual)."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import MutableMapping

_SOCKET = "NOTIFY_SOCKET"


class Service:
    """Speaks to the socket that the environment names, and keeps it from the processes that are started."""

    def __init__(self, environment: MutableMapping[str, str] = os.environ) -> None:
        self._address = environment.pop(_SOCKET, "")
        self._is_ready = False

    def ready(self) -> None:
        """The screen draws, for the first time or again."""
        if not self._is_ready:
            self._send("READY=1\nSTATUS=the arcade is on the screen")
        self._is_ready = True

    def alive(self) -> None:
        """Whoever looks after the screen is at work, also while it waits to start it again."""
        self._send("WATCHDOG=1")

    def status(self, sentence: str) -> None:
        self._send(f"STATUS={sentence}")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def _send(self, text: str) -> None:
        if not self._address or not hasattr(socket, "AF_UNIX"):
            return
        # "@" stands for the zero byte of Linux's abstract addresses.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(text.encode(), address)
