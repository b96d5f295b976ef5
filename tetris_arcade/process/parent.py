"""Ties a child process to its parent."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys

logger = logging.getLogger(__name__)

_PR_SET_PDEATHSIG = 1


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
