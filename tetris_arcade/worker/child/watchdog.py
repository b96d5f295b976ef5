"""The child's second thread: sends heartbeats, and ends the process when the viewer is gone."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import threading
from multiprocessing import parent_process
from multiprocessing.connection import wait

from tetris_arcade.worker.child.channel import Channel
from tetris_arcade.worker.shared.messages import WorkerState

logger = logging.getLogger(__name__)

_HEARTBEAT_SECONDS = 0.05
_PR_SET_PDEATHSIG = 1


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


def die_with_parent(parent_pid: int | None) -> None:
    """On Linux, have the kernel kill this process, even if it is stopped, when the parent's thread that
    started it ends. None: it has no parent that it depends on."""
    if sys.platform != "linux" or parent_pid is None:
        return
    try:
        if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
            logger.warning("prctl(PR_SET_PDEATHSIG) failed: %s", os.strerror(ctypes.get_errno()))
    except (OSError, AttributeError) as error:
        logger.warning("this process may outlive its parent: %s", error)
    if os.getppid() != parent_pid:
        os._exit(1)  # The parent died before the call took effect.
