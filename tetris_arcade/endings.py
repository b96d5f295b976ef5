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
    """What asks the program to end, Ctrl-C or another of those signals, raises KeyboardInterrupt.

    It is remembered: an extension module that is just being imported makes another error of it.
    """

    def __init__(self) -> None:
        self.has_come = False
        found = {number: signal.getsignal(number) for number in ending_signals()}
        unheard = (signal.SIG_DFL, signal.default_int_handler)
        self._before = {number: handler for number, handler in found.items() if handler in unheard}
        for number in self._before:
            signal.signal(number, self._interrupt)

    def forget(self) -> None:
        """Let the signals do what they did before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self.has_come = True
        raise KeyboardInterrupt
