"""The signals that ask the program to save and end: a stop, Ctrl-C, and the end of its terminal."""

from __future__ import annotations

import signal


def ending_signals() -> tuple[signal.Signals, ...]:
    """Those that this process is to obey: not the end of its terminal where `nohup` made it deaf to that."""
    hang_up = getattr(signal, "SIGHUP", None)  # Windows has none.
    if hang_up is None or signal.getsignal(hang_up) is signal.SIG_IGN:
        return signal.SIGTERM, signal.SIGINT
    return signal.SIGTERM, signal.SIGINT, hang_up
