"""The signals that ask the program to save and end: a stop, Ctrl-C, and the end of its terminal."""

from __future__ import annotations

import signal
from types import FrameType


def ending_signals() -> tuple[signal.Signals, ...]:
    """Those that this process is to obey: not the end of its terminal where `nohup` made it deaf to that."""
    hang_up = getattr(signal, "SIGHUP", None)  # Windows has none.
    if hang_up is None or signal.getsignal(hang_up) is signal.SIG_IGN:
        return signal.SIGTERM, signal.SIGINT
    return signal.SIGTERM, signal.SIGINT, hang_up


class Interrupt:
    """Ctrl-C, remembered: an extension module that is just being imported makes another error of it."""

    def __init__(self) -> None:
        self.has_come = False
        self._is_installed = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self._is_installed:
            signal.signal(signal.SIGINT, self._interrupt)

    def forget(self) -> None:
        """Let Ctrl-C be what it was before."""
        if self._is_installed:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self.has_come = True
        signal.default_int_handler(number, frame)
