"""One child process with its pipes for commands and reports.

A `multiprocessing.Queue` has locks that stay locked after a kill, a feeder thread that can hang on a process
that no longer reads, and semaphores that leak if all processes are killed. Small messages in a pipe need none
of these.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context

from tetris_arcade.process.interpreter import spawning
from tetris_arcade.process.signals import termination_signals
from tetris_arcade.worker.shared import status_text
from tetris_arcade.worker.shared.launch import LaunchSpec, StartFault, run_child
from tetris_arcade.worker.shared.messages import Failed, QueuedCommand, Report
from tetris_arcade.worker.shared.pipes import MAX_MESSAGE_BYTES, pickle_message, set_nonblocking
from tetris_arcade.worker.shared.segments import Segment
from tetris_arcade.worker.shared.startup_errors import StartupErrors

# Explicit, because a child forked from a process with a window or with torch's threads crashes or hangs.
_SPAWN = get_context("spawn")
_MAX_REPORTS_PER_CALL = 64


@contextmanager
def _signals_blocked() -> Iterator[None]:
    """Start the child with signals blocked: it unblocks them when it can save and end."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, termination_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class ChildProcess:
    """A spawned worker. Its methods do not block.

    Create it in a thread that lives as long as the viewer: on Linux the worker dies with that thread.
    """

    def __init__(self, launch: LaunchSpec, segment: Segment) -> None:
        """Start the process; raises OSError if the system cannot start another one."""
        commands, self._commands = _SPAWN.Pipe(duplex=False)
        self._reports, reports = _SPAWN.Pipe(duplex=False)
        set_nonblocking(self._commands)
        self._is_pipe_closed = False
        self._task = launch.task
        self._startup_errors = StartupErrors()
        self._process = _SPAWN.Process(
            target=run_child,
            args=(pickle_message(launch), segment, commands, reports, self._startup_errors),
            name=f"tetris-{launch.task.noun}",
            daemon=True,
        )
        try:
            with _signals_blocked(), spawning(), self._startup_errors.captured():
                self._process.start()
        except BaseException:
            self._close_files()
            raise
        finally:
            # Only the child may hold its ends, so that its death closes the pipes.
            commands.close()
            reports.close()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative = the signal that ended it."""
        return self._process.exitcode

    @property
    def startup_errors(self) -> str:
        """What it wrote to its standard error and ended, or is about to end, before its work started."""
        return self._startup_errors.text()

    def send(self, command: QueuedCommand) -> bool:
        """Write a command to its pipe; False if the pipe is full or closed."""
        message = pickle_message(command)
        try:
            if len(message) > MAX_MESSAGE_BYTES:
                return False
            self._commands.send_bytes(message)
        except OSError:
            return False
        return True

    def reports(self) -> list[Report]:
        """Return its reports since the last call, at most 64 per call."""
        found: list[Report] = []
        try:
            while not self._is_pipe_closed and len(found) < _MAX_REPORTS_PER_CALL and self._reports.poll():
                found.append(self._decode(self._reports.recv()))
        except (EOFError, OSError):
            self._is_pipe_closed = True
        return found

    def _decode(self, report: Report | StartFault) -> Report:
        if isinstance(report, StartFault):
            return Failed(status_text.start_failed(self._task, report.sentence), report.details)
        return report

    def terminate(self) -> None:
        """Send SIGTERM: a second request to save and end."""
        self._process.terminate()

    def kill(self) -> None:
        """Send SIGKILL; a stopped process does not receive SIGTERM."""
        self._process.kill()

    def release(self) -> None:
        """Release its system resources. Call it only after the process has ended."""
        self._process.join()
        self._process.close()
        self._close_files()

    def _close_files(self) -> None:
        self._startup_errors.close()
        self._reports.close()
        self._commands.close()
