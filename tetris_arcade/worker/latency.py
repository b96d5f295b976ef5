"""How soon a pause takes hold, measured as a viewer meets it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from tetris_arcade.worker.client import WorkerClient
from tetris_arcade.worker.messages import Failed, Pause, Report, Resume, Save, WorkerState

_FRAME_SECONDS = 1 / 60
_LONGEST_WAIT_SECONDS = 10.0
_LONGEST_RUN_SECONDS = 0.08


def measure_pauses(client: WorkerClient, number: int, seed: int = 0, save_every: int = 5) -> list[float]:
    """Seconds from sending a pause to the worker's standing still, of so many pauses at random moments.

    The client must be at work. Before every `save_every`-th pause a save is asked for, so that pauses
    fall into saves too. Raises RuntimeError where the worker fails or does not pause at all.
    """
    generator = random.Random(seed)
    latencies = []
    for i in range(number):
        _look_for(client, generator.uniform(0.0, _LONGEST_RUN_SECONDS))
        if i % save_every == 0:
            client.send(Save())
        sent_at = time.monotonic()
        client.send(Pause())
        _look_until(client, lambda sent_at=sent_at: client.stood_still_at >= sent_at)  # type: ignore[misc]
        latencies.append(client.stood_still_at - sent_at)
        client.send(Resume())
        _look_until(client, lambda: client.state is WorkerState.RUNNING)
    return latencies


def _look_for(client: WorkerClient, seconds: float) -> None:
    until = time.monotonic() + seconds
    _look_until(client, lambda: time.monotonic() >= until)


def _look_until(client: WorkerClient, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError(f"the worker did not react: {client.message}")
        _raise_failure(client.poll())
        time.sleep(_FRAME_SECONDS)


def _raise_failure(reports: list[Report]) -> None:
    for report in reports:
        if isinstance(report, Failed):
            raise RuntimeError(report.reason)
