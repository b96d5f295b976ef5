"""Sends the child's heartbeats, and ends the process when the viewer is gone."""

from __future__ import annotations

import os
import signal
import sys
import threading
from multiprocessing import parent_process
from multiprocessing.connection import wait

from tetris_arcade.process.threads import try_to_start
from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.shared.messages import WorkerState

_HEARTBEAT_SECONDS = 0.05


class Watchdog:
    """Sends heartbeats, and exits the process as soon as its parent has died.

    It also exits the process if a stop is requested during start-up: there is nothing to save yet. It works
    in a thread of its own, or, if the system gives none, in the main thread, which a timer interrupts.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._is_stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
        self._has_thread = False

    def start(self) -> None:
        """Start watching. Call it from the main thread."""
        self._has_thread = try_to_start(self._thread)
        if not self._has_thread:
            self._set_timer(_HEARTBEAT_SECONDS)

    def stop(self) -> None:
        """Stop watching, so that the process can end by itself."""
        self._is_stopped.set()
        if self._has_thread:
            self._thread.join()
        else:
            self._set_timer(0.0)

    def _run(self) -> None:
        while not self._is_stopped.is_set():
            self._look(_HEARTBEAT_SECONDS)

    def _look(self, seconds: float) -> None:
        """Send a heartbeat, and wait this long for the parent's death."""
        self._channel.heartbeat()
        parent = parent_process()
        if parent is None:
            self._is_stopped.wait(seconds)
        elif wait([parent.sentinel], seconds):
            os._exit(1)
        if self._channel.is_stopping and self._channel.state is WorkerState.STARTING:
            os._exit(0)

    def _set_timer(self, seconds: float) -> None:
        """Look every `seconds` from a signal handler; 0: no more. Windows has no such timer."""
        if sys.platform != "win32":
            signal.signal(signal.SIGALRM, lambda *_: self._look(0.0))
            signal.siginterrupt(signal.SIGALRM, False)  # Libraries need not expect interrupted calls.
            signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
