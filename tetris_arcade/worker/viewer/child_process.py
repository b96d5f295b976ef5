"""One child process with what belongs to it alone: the pipes of its commands and of its reports.

A `multiprocessing.Queue` has locks, which do not heal after a kill, a thread that can hang on a process that
reads no more, and semaphores that outlive all when all are killed. Small messages in a pipe need none of it.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context

from tetris_arcade.process.signals import termination_signals
from tetris_arcade.worker.shared.launch import LaunchSpec, run_child
from tetris_arcade.worker.shared.messages import QueuedCommand, Report
from tetris_arcade.worker.shared.pipes import MESSAGE_SIZE, pickle_message, set_nonblocking

# Named explicitly: a forked child of a process with a window or with torch's threads crashes or hangs.
_SPAWN = get_context("spawn")
_REPORTS_A_GLANCE = 64


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Let a child be born that hears of no Ctrl-C before it can save and end; it lifts this by itself."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, termination_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class ChildProcess:
    """A spawned worker. No method waits for it.

    It has to be made in a thread that lives as long as the viewer: on Linux the worker ends with that thread.
    """

    def __init__(self, launch: LaunchSpec) -> None:
        """Start the process; raises OSError where the system has no room for another one."""
        commands, self._commands = _SPAWN.Pipe(duplex=False)
        self._reports, reports = _SPAWN.Pipe(duplex=False)
        set_nonblocking(self._commands)
        self._is_silent = False
        self._process = _SPAWN.Process(
            target=run_child,
            args=(launch, commands, reports),
            name=f"tetris-{launch.task.noun}",
            daemon=True,
        )
        try:
            with _signals_held_back():
                self._process.start()
        except BaseException:
            self._release_channels()
            raise
        finally:
            # Only the child may hold its ends: its death is then the end of the pipes, not silence.
            commands.close()
            reports.close()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative = the signal that ended it."""
        return self._process.exitcode

    def send(self, command: QueuedCommand) -> bool:
        """Put a command in its pipe; False where there is no room, or nobody at the other end."""
        message = pickle_message(command)
        try:
            if len(message) > MESSAGE_SIZE:
                return False
            self._commands.send_bytes(message)
        except OSError:
            return False
        return True

    def reports(self) -> list[Report]:
        """What it has reported since the last call, a bounded number at a time."""
        found: list[Report] = []
        try:
            while not self._is_silent and len(found) < _REPORTS_A_GLANCE and self._reports.poll():
                found.append(self._reports.recv())
        except (EOFError, OSError):
            self._is_silent = True
        return found

    def terminate(self) -> None:
        """Ask it once more, by a signal, to save and end."""
        self._process.terminate()

    def kill(self) -> None:
        """End it, whatever it does; a stopped process does not hear `terminate`."""
        self._process.kill()

    def release(self) -> None:
        """Give back what the system holds for it; only once it has ended."""
        self._process.join()
        self._process.close()
        self._release_channels()

    def _release_channels(self) -> None:
        self._reports.close()
        self._commands.close()
