"""Threads that a system with a limit on processes may refuse: the work is then done without them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

logger = logging.getLogger(__name__)

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def try_to_start(thread: threading.Thread) -> bool:
    """Start a thread; False if the system has none to give."""
    try:
        thread.start()
    except RuntimeError as error:
        logger.warning("without the thread %s: %s", thread.name, error)
        return False
    return True


def has_thread_for(name: str) -> bool:
    """Whether the system has another thread to give for what `name` tells."""
    return try_to_start(threading.Thread(target=lambda: None, name=name))


class ThreadPool(ThreadPoolExecutor):
    """A pool that makes do with the threads that it gets; without any, `submit` itself does the work."""

    def submit(
        self, fn: Callable[Parameters, Result], /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Future[Result]:
        future = super().submit(fn, *args, **kwargs)
        if not self._threads:
            self._work_queue.get_nowait().run()
        return future

    def _adjust_thread_count(self) -> Any:
        try:
            super()._adjust_thread_count()
        except RuntimeError as error:
            logger.warning("only %d threads: %s", len(self._threads), error)
