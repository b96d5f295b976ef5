"""Messages to systemd, if it listens: ready, alive, stopping; see the manual page of sd_notify."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, MutableMapping

_SOCKET, _WATCHDOG_USEC, _WATCHDOG_PID = "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"


class SystemdNotifier:
    """Sends to the socket named by the environment, and hides it from child processes."""

    def __init__(
        self,
        environment: MutableMapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = environment.pop(_SOCKET, "")
        limit, process = (environment.pop(name, "") for name in (_WATCHDOG_USEC, _WATCHDOG_PID))
        is_watched = limit.isdecimal() and int(limit) > 0 and process in ("", str(os.getpid()))
        # Twice per watchdog period, as sd_notify recommends.
        self._interval_seconds = int(limit) / 2e6 if is_watched else None
        self._clock = clock
        self._next_at = 0.0
        self._is_ready = False

    def ready(self) -> None:
        """Report that the window is shown; only the first call counts."""
        if not self._is_ready:
            self._is_ready = True
            self._send("READY=1\nSTATUS=the window is shown")

    def alive(self) -> None:
        """Reset the watchdog, if there is one and it is time."""
        now = self._clock()
        if self._interval_seconds is not None and now >= self._next_at:
            self._next_at = now + self._interval_seconds
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
            # A listener that does not read must not block the supervisor.
            sender.setblocking(False)
            sender.sendto(text.encode(), address)
