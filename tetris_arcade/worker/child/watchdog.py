"""The child's second thread: it beats, and it ends the process when the viewer is gone."""

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

_BEAT_SECONDS = 0.05
_PR_SET_PDEATHSIG = 1


class Watchdog(threading.Thread):
    """Beats while the process can run, and ends it at once when its parent has died.

    A stop asked for during start-up ends it at once too: then there is nothing to save.
    """

    def __init__(self, channel: Channel) -> None:
        super().__init__(name="vigil", daemon=True)
        self._channel = channel
        self._is_over = threading.Event()

    def run(self) -> None:
        parent = parent_process()
        while not self._is_over.is_set():
            self._channel.beat()
            if parent is None:
                self._is_over.wait(_BEAT_SECONDS)
            elif wait([parent.sentinel], _BEAT_SECONDS):
                os._exit(1)
            if self._channel.is_stopping and self._channel.state is WorkerState.STARTING:
                os._exit(0)

    def end(self) -> None:
        """Let the process end by itself."""
        self._is_over.set()
        self.join()


def die_with_parent() -> None:
    """Have Linux kill this process, even a stopped one, with the viewer's thread that started it."""
    if sys.platform != "linux":
        return
    parent = parent_process()
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        logger.warning("cannot ask to be ended with the viewer: %s", os.strerror(ctypes.get_errno()))
    if parent is not None and os.getppid() != parent.pid:
        os._exit(1)  # it died before the request was in force
