"""The signals that ask the program to save and end: a stop, Ctrl-C, and the end of its terminal."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType

_AGAIN_SECONDS = 0.02


def termination_signals() -> tuple[signal.Signals, ...]:
    """Those that this process is to obey: not the end of its terminal where `nohup` made it deaf to that."""
    hang_up = getattr(signal, "SIGHUP", None)  # Windows has none.
    if hang_up is None or signal.getsignal(hang_up) is signal.SIG_IGN:
        return signal.SIGTERM, signal.SIGINT
    return signal.SIGTERM, signal.SIGINT, hang_up


class SignalInterrupts:
    """Has the ending signals raise KeyboardInterrupt, where nobody else hears them, and remembers the last.

    An extension module that is just being imported makes another error of it: `has_come` tells. Where it
    falls into a callback, as of a compiler, which could only complain of it, it comes again.
    """

    def __init__(self) -> None:
        self._number: int | None = None
        unheard = (signal.SIG_DFL, signal.default_int_handler)
        for number in termination_signals():
            if signal.getsignal(number) in unheard:
                signal.signal(number, self._interrupt)
                sys.unraisablehook = self._take_lost

    @property
    def has_come(self) -> bool:
        return self._number is not None

    @property
    def exit_code(self) -> int:
        """As a shell tells of what a signal ended: 128 and its number, 130 for Ctrl-C."""
        return 128 + (self._number or signal.SIGINT)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self._number = number
        raise KeyboardInterrupt

    def _take_lost(self, lost: sys.UnraisableHookArgs) -> None:
        if self._number is None or not issubclass(lost.exc_type, KeyboardInterrupt):
            sys.__unraisablehook__(lost)
            return
        again = threading.Timer(_AGAIN_SECONDS, signal.raise_signal, [self._number])
        again.daemon = True
        again.start()
