"""Compiles the kernels that a training can begin without, in a process beside it."""

from __future__ import annotations

import logging
import os
import subprocess

from tetris_arcade.engine.kernel_cache import is_cache_writable, is_warm
from tetris_arcade.process.interpreter import python_command

logger = logging.getLogger(__name__)

_CODE = (
    "from tetris_arcade.process.parent import die_with_parent; die_with_parent({pid}); "
    "from tetris_arcade.engine.compile_kernels import warm_up; warm_up(lambda _name, _share: None)"
)


class KernelCompiler:
    """A process that compiles every kernel that is not on disk yet; none if all are, or if none can be kept.

    It ends with this process at the latest.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        if is_warm() or not is_cache_writable():
            return
        quiet = subprocess.DEVNULL
        try:
            self._process = subprocess.Popen(
                python_command(_CODE.format(pid=os.getpid())), stdin=quiet, stdout=quiet, stderr=quiet
            )
        except OSError as error:
            logger.warning("kernels are compiled when they are needed first: %s", error)

    @property
    def is_running(self) -> bool:
        """Whether kernels are still being compiled; who needs one meanwhile waits for it or compiles it."""
        return self._process is not None and self._process.poll() is None

    def close(self) -> None:
        """End the process; what it has compiled is kept."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
