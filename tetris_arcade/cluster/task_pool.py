"""Runs functions as tasks of Ray, one core each, and runs those again whose machine or process was lost."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import ray

from tetris_arcade.cluster.session import Cluster, one_line

logger = logging.getLogger(__name__)

Key = TypeVar("Key", bound=Hashable)

_MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class TaskLost:
    """A task had no result: its process was lost again and again, or it raised."""

    reason: str


@dataclass(frozen=True)
class _Call:
    key: Any
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    attempt: int


class TaskPool(Generic[Key]):
    """The tasks of one command.

    A task whose machine dies, or whose process is killed, is started again, three times in all.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._running: dict[Any, _Call] = {}
        self._remote: dict[Callable[..., Any], Any] = {}
        self._given_up: set[Key] = set()
        self.restarts = 0
        """How many tasks were started again."""

    @property
    def free_workers(self) -> int:
        """How many more tasks can run now."""
        return self._cluster.workers - len(self._running)

    @property
    def keys(self) -> set[Key]:
        """The tasks that were submitted and not yet collected."""
        return {call.key for call in self._running.values()}

    def submit(self, key: Key, function: Callable[..., Any], *arguments: Any) -> None:
        """Start a task. Its arguments may be references to objects that were put on the cluster."""
        self._start(_Call(key, function, arguments, 1))

    def attempt(self, key: Key) -> int:
        """How often a task was started, from 1."""
        return next(call.attempt for call in self._running.values() if call.key == key)

    def give_up(self, key: Key) -> None:
        """End a task, and do not start it again; Ray cannot end one whose process is stopped."""
        self._given_up.add(key)
        for reference, call in self._running.items():
            if call.key == key:
                ray.cancel(reference, force=True)

    def collect(self, seconds: float) -> list[tuple[Key, Any]]:
        """Wait until a task ends, at most `seconds`; returns each that did, and its result.

        The result of a task without one is a `TaskLost`.
        """
        if not self._running:
            return []
        ready, _ = ray.wait(list(self._running), timeout=seconds)
        if ready:
            ready, _ = ray.wait(list(self._running), num_returns=len(self._running), timeout=0)
        ended = []
        for reference in ready:
            call = self._running.pop(reference)
            result = self._result(reference, call)
            if result is not None:
                ended.append((call.key, result))
        return ended

    def _result(self, reference: Any, call: _Call) -> Any:
        """The result of a task that ended; None if it was started again."""
        try:
            return ray.get(reference)
        except ray.exceptions.RayTaskError as error:
            return TaskLost(one_line(error.cause))
        except ray.exceptions.RayError as error:
            if call.key in self._given_up:
                return TaskLost("it was ended")
            if call.attempt >= _MAX_ATTEMPTS:
                return TaskLost(_describe_loss(error))
            logger.info("task %s is started again: %s", call.key, one_line(error))
            self.restarts += 1
            self._start(_Call(call.key, call.function, call.arguments, call.attempt + 1))
            return None

    def _start(self, call: _Call) -> None:
        if call.function not in self._remote:  # Ray exports a function once.
            self._remote[call.function] = ray.remote(num_cpus=1, max_retries=0)(call.function)
        self._running[self._remote[call.function].remote(*call.arguments)] = call


def _describe_loss(error: ray.exceptions.RayError) -> str:
    if isinstance(error, ray.exceptions.OutOfMemoryError):
        return f"it ran out of memory, {_MAX_ATTEMPTS} times"
    return f"its process was killed {_MAX_ATTEMPTS} times, perhaps because the machine ran out of memory"
