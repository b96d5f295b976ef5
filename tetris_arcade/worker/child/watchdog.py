"""The child's second thread: sends heartbeats, and ends the process when the viewer is gone."""

from __future__ import annotations

import os
import threading
from multiprocessing import parent_process
from multiprocessing.connection import wait

from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.shared.messages import WorkerState

_HEARTBEAT_SECONDS = 0.05


class Watchdog(threading.Thread):
    """Sends heartbeats, and exits the process as soon as its parent has died.

    It also exits the process if a stop is requested during start-up: there is nothing to save yet.
    """

    def __init__(self, channel: Channel) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._channel = channel
        self._is_stopped = threading.Event()

    def run(self) -> None:
        parent = parent_process()
        while not self._is_stopped.is_set():
            self._channel.heartbeat()
            if parent is None:
                self._is_stopped.wait(_HEARTBEAT_SECONDS)
            elif wait([parent.sentinel], _HEARTBEAT_SECONDS):
                os._exit(1)
            if self._channel.is_stopping and self._channel.state is WorkerState.STARTING:
                os._exit(0)

    def stop(self) -> None:
        """Stop the thread, so that the process can end by itself."""
        self._is_stopped.set()
        self.join()
