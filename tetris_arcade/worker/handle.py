"""One child process with what belongs to it alone: its command queue and its report pipe.

Nothing that has a lock outlives the process: after a kill, locks do not heal.
"""

from __future__ import annotations

import queue
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from tetris_arcade.worker.messages import QueuedCommand, Report
from tetris_arcade.worker.process import ENDING_SIGNALS, Launch, run_worker

# Named explicitly: a forked child of a process with a window or with torch's threads crashes or hangs.
_SPAWN = get_context("spawn")
_QUEUE_SIZE = 64
"""Few enough for a pipe's buffer, so that the queue's thread never hangs on a worker that reads no more."""
_REPORTS_A_GLANCE = 64


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Let a child be born that hears of no Ctrl-C before it can save and end; it lifts this by itself."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class WorkerHandle:
    """A spawned worker. No method waits for it.

    It has to be made in a thread that lives as long as the viewer: on Linux the worker ends with that thread.
    """

    def __init__(self, launch: Launch) -> None:
        """Start the process; raises OSError where the system has no room for another one."""
        self._commands: Any = _SPAWN.Queue(_QUEUE_SIZE)
        self._reports, writing_end = _SPAWN.Pipe(duplex=False)
        self._is_silent = False
        self._process = _SPAWN.Process(
            target=run_worker,
            args=(launch, self._commands, writing_end),
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
            # Only the child may hold the writing end: its death is then the end of the pipe, not silence.
            writing_end.close()

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative = the signal that ended it."""
        return self._process.exitcode

    def send(self, command: QueuedCommand) -> bool:
        """Put a command in its queue; False where there is no room."""
        try:
            self._commands.put_nowait(command)
        except queue.Full:
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
        # What was never read would keep the viewer from exiting.
        self._commands.cancel_join_thread()
