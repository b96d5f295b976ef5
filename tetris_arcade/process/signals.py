"""The signals that ask the program to save and end: SIGTERM, Ctrl-C, and the end of its terminal."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

_RESEND_SECONDS = 0.02


def termination_signals() -> tuple[signal.Signals, ...]:
    """Signals that end this process; without SIGHUP if `nohup` started it."""
    hang_up = getattr(signal, "SIGHUP", None)  # Windows has none.
    if hang_up is None or signal.getsignal(hang_up) is signal.SIG_IGN:
        return signal.SIGTERM, signal.SIGINT
    return signal.SIGTERM, signal.SIGINT, hang_up


@contextmanager
def handle_signals(
    handler: Callable[[int], object], signals: Iterable[signal.Signals] | None = None
) -> Iterator[None]:
    """Call `handler` with the number of each signal received in the block; restore the old handlers after it.

    signals: default `termination_signals()`.
    """

    def handle(number: int, _frame: FrameType | None) -> None:
        handler(number)

    chosen = termination_signals() if signals is None else signals
    previous = {number: signal.signal(number, handle) for number in chosen}
    try:
        yield
    finally:
        for number, old in previous.items():
            signal.signal(number, old)


class SignalInterrupts:
    """Turns unhandled termination signals into KeyboardInterrupt and remembers the last one.

    An extension module that is being imported may replace the KeyboardInterrupt by another error: check
    `was_interrupted`. If it is raised in a C callback, such as a compiler's, Python can only report it as
    unraisable: the signal is then sent again.
    """

    def __init__(self) -> None:
        self._number: int | None = None
        self._exits = ExitStack()

    def __enter__(self) -> SignalInterrupts:
        unhandled = (signal.SIG_DFL, signal.default_int_handler)
        signals = [number for number in termination_signals() if signal.getsignal(number) in unhandled]
        self._exits.enter_context(handle_signals(self._interrupt, signals))
        self._exits.callback(setattr, sys, "unraisablehook", sys.unraisablehook)
        sys.unraisablehook = self._resend_lost
        return self

    def __exit__(self, *_error: object) -> None:
        self._exits.close()

    @property
    def was_interrupted(self) -> bool:
        """Whether a signal was received."""
        return self._number is not None

    @property
    def exit_code(self) -> int:
        """128 plus the signal's number, as a shell reports a process that a signal ended; 130 for Ctrl-C."""
        return 128 + (self._number or signal.SIGINT)

    def _interrupt(self, number: int) -> None:
        self._number = number
        raise KeyboardInterrupt

    def _resend_lost(self, lost: sys.UnraisableHookArgs) -> None:
        if self._number is None or not issubclass(lost.exc_type, KeyboardInterrupt):
            sys.__unraisablehook__(lost)
            return
        resend = threading.Timer(_RESEND_SECONDS, _send_to_main_thread, [self._number])
        resend.daemon = True
        resend.start()


def _send_to_main_thread(number: int) -> None:
    """Send a signal so that it also interrupts a blocking call of the main thread."""
    main = threading.main_thread().ident
    if sys.platform == "win32" or main is None:
        signal.raise_signal(number)
    else:
        signal.pthread_kill(main, number)
