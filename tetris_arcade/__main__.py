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
    from collections.abc import Callable
    from types import FrameType

_DONE, _FAILED, _INTERRUPTED = 0, 1, 130


def run() -> int:
    """One command; returns the exit code."""
    try:
        _on_ctrl_c(_end_with(_INTERRUPTED))
        code = _run_command()
    except KeyboardInterrupt:
        code = _INTERRUPTED
    _on_ctrl_c(_end_with(code))
    return code


def _run_command() -> int:
    # Here, and not on top: it takes a while, in which Ctrl-C must end as quietly as later.
    from tetris_arcade.streams import Streams, open_missing

    open_missing()
    streams = Streams()
    streams.install()
    try:
        from tetris_arcade.cli import main

        _on_ctrl_c(signal.default_int_handler)
        code = main()
    except KeyboardInterrupt:
        code = _INTERRUPTED
    finally:
        lost = streams.close()
    if lost is None or code != _DONE:
        return code
    if not isinstance(lost, BrokenPipeError):  # Who reads no more needs no word.
        sys.stderr.write(f"tetris_arcade: the answer could not be written: {lost.strerror}\n")
    return _FAILED


def _on_ctrl_c(handler: Callable[[int, FrameType | None], object]) -> None:
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # A shell's background job is deaf to it.
        signal.signal(signal.SIGINT, handler)


def _end_with(code: int) -> Callable[[int, FrameType | None], object]:
    """At once: before a command begins and after it is done there is nothing to save. An extension module
    that is just being imported would make another error of an exception, and the interpreter's end a
    complaint."""
    return lambda *_: os._exit(code)


if __name__ == "__main__":
    sys.exit(run())
