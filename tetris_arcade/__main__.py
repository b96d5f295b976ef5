"""`python -m tetris_arcade`: the command line between standard streams that hold, and with a Ctrl-C that is
quiet from the first line to the last."""

from __future__ import annotations

try:
    import os
    import signal
    import sys
except KeyboardInterrupt:
    raise SystemExit(130) from None

TYPE_CHECKING = False  # As typing has it, which takes a while to import.
if TYPE_CHECKING:
    from types import FrameType

_DONE, _FAILED, _INTERRUPTED = 0, 1, 130


def run() -> int:
    """One command; returns the exit code."""
    try:
        _on_ctrl_c_end_at_once()
        return _run_command()
    except KeyboardInterrupt:
        return _INTERRUPTED


def _run_command() -> int:
    # Here, and not on top: it takes a while, in which Ctrl-C must end as quietly as later.
    from tetris_arcade.process.signals import termination_signals
    from tetris_arcade.process.stdio import RobustStdio, open_devnull_for_closed_stdio

    open_devnull_for_closed_stdio()
    streams = RobustStdio()
    streams.install()
    try:
        from tetris_arcade.cli import main

        if signal.getsignal(signal.SIGINT) is _end_at_once:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        code = main()
    except KeyboardInterrupt:
        code = _INTERRUPTED
    finally:
        for number in termination_signals():  # What is left to do is done at once, and has to be.
            signal.signal(number, signal.SIG_IGN)
        lost = streams.close()
    if lost is None or code != _DONE:
        return code
    if not isinstance(lost, BrokenPipeError):  # Who reads no more needs no word.
        sys.stderr.write(f"tetris_arcade: the answer could not be written: {lost.strerror}\n")
    return _FAILED


def _on_ctrl_c_end_at_once() -> None:
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # A shell's background job is deaf to it.
        signal.signal(signal.SIGINT, _end_at_once)


def _end_at_once(_number: int, _frame: FrameType | None) -> None:
    """Before a command begins there is nothing to save. An extension module that is just being imported would
    make another error of an exception."""
    os._exit(_INTERRUPTED)


if __name__ == "__main__":
    sys.exit(run())
