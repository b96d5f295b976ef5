"""`python -m tetris_arcade`: the command line between standard streams that hold."""

import signal
import sys
from collections.abc import Callable

from tetris_arcade.endings import Interrupt, ending_signals
from tetris_arcade.streams import Streams, open_missing

_DONE, _FAILED = 0, 1


def _load_main() -> Callable[[], int]:
    """The command line. It takes a while, in which Ctrl-C must end as quietly as later."""
    interrupt = Interrupt()
    try:
        from tetris_arcade.cli import main
    except Exception:
        if interrupt.has_come:
            raise KeyboardInterrupt from None
        raise
    finally:
        interrupt.forget()
    return main


def run() -> int:
    """One command; returns the exit code."""
    open_missing()
    streams = Streams()
    streams.install()
    try:
        code = _load_main()()
    except KeyboardInterrupt:
        code = _DONE
    finally:
        for number in ending_signals():  # What is left to do is done at once, and has to be.
            signal.signal(number, signal.SIG_IGN)
        lost = streams.close()
    if lost is None or code != _DONE:
        return code
    if not isinstance(lost, BrokenPipeError):  # Who reads no more needs no word.
        sys.stderr.write(f"tetris_arcade: the answer could not be written: {lost.strerror}\n")
    return _FAILED


if __name__ == "__main__":
    sys.exit(run())
