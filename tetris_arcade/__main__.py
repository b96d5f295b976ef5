"""`python -m tetris_arcade`: runs the command line with robust standard streams.

Ctrl-C ends it quietly at any moment, also during the imports.
"""

from __future__ import annotations

try:
    import os
    import signal
    import sys
except KeyboardInterrupt:
    raise SystemExit(130) from None

TYPE_CHECKING = False  # Importing `typing` takes time.
if TYPE_CHECKING:
    from types import FrameType

_DONE, _FAILED, _INTERRUPTED = 0, 1, 130


def run() -> int:
    """Run one command; returns the exit code."""
    try:
        _exit_on_ctrl_c()
        return _run_command()
    except KeyboardInterrupt:
        return _INTERRUPTED


def _run_command() -> int:
    # Imported here: it takes time, and Ctrl-C must be handled quietly meanwhile.
    from tetris_arcade.process.interpreter import put_stray_folder_last

    if not sys.flags.safe_path:
        put_stray_folder_last()
    from tetris_arcade.process.environment import clean_environment, replace_unwritable_cache_folder
    from tetris_arcade.process.signals import termination_signals
    from tetris_arcade.process.stdio import RobustStdio, open_devnull_for_closed_stdio

    clean_environment()
    open_devnull_for_closed_stdio()
    streams = RobustStdio()
    streams.install()
    if problem := replace_unwritable_cache_folder():
        print(f"tetris_arcade: {problem}", file=sys.stderr)
    try:
        from tetris_arcade.cli import main

        if signal.getsignal(signal.SIGINT) is _exit_at_once:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        code = main()
    except KeyboardInterrupt:
        code = _INTERRUPTED
    finally:
        for number in termination_signals():  # What is left takes no time and must not be interrupted.
            signal.signal(number, signal.SIG_IGN)
        fault = streams.close()
    if fault is None or code != _DONE:
        return code
    if not isinstance(fault, BrokenPipeError):  # A closed pipe needs no error message.
        sys.stderr.write(f"tetris_arcade: the output could not be written: {fault.strerror}\n")
    return _FAILED


def _exit_on_ctrl_c() -> None:
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # A shell ignores it for background jobs.
        signal.signal(signal.SIGINT, _exit_at_once)


def _exit_at_once(_number: int, _frame: FrameType | None) -> None:
    """Exit without cleaning up: before a command starts there is nothing to save.

    An extension module that is being imported would replace an exception by another error.
    """
    os._exit(_INTERRUPTED)


if __name__ == "__main__":
    sys.exit(run())
