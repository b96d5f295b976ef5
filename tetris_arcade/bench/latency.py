"""Latency of a pause: from the key press until the training is paused, while it learns and saves."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.worker.shared.messages import Pause, Resume, Save, TrainTask, WorkerState
from tetris_arcade.worker.viewer.client import WorkerClient

_START_UP_SECONDS = 180.0
_RESPONSE_SECONDS = 5.0
_WARM_UP_SECONDS = 5.0
_FRAME_SECONDS = 1 / 60


def bench_latency(presses: int = 200) -> dict[str, Any]:
    """Press pause `presses` times at random moments, every third time right after requesting a save."""
    with tempfile.TemporaryDirectory() as folder:
        client = WorkerClient(DataPaths(Path(folder)))
        try:
            config = replace(TrainConfig(), checkpoint_seconds=2.0, best_eval_seconds=5.0)
            client.start(TrainTask(config=config))
            _poll_until(client, lambda: client.state is WorkerState.RUNNING, _START_UP_SECONDS)
            _poll_for(client, _WARM_UP_SECONDS)
            seconds = measure_pauses(client, presses)
        finally:
            client.close()
    milliseconds = np.array(seconds) * 1000
    return {
        "pause_p50_ms": float(np.percentile(milliseconds, 50)),
        "pause_p99_ms": float(np.percentile(milliseconds, 99)),
        "pause_max_ms": float(milliseconds.max()),
        "presses": presses,
    }


def measure_pauses(client: WorkerClient, presses: int, save_every: int = 3) -> list[float]:
    """Return the seconds from each of `presses` key presses, at random moments, until the worker is paused.

    The client's worker must be running. Raises TimeoutError if it does not pause.
    """
    generator = random.Random(1)
    return [_measure_pause(client, generator, saves=press % save_every == 0) for press in range(presses)]


def _measure_pause(client: WorkerClient, generator: random.Random, saves: bool) -> float:
    _poll_for(client, 0.02 + 0.1 * generator.random())
    if saves:
        client.send(Save())
        time.sleep(0.02 * generator.random())
    pressed = time.monotonic()
    client.send(Pause())
    _poll_until(client, lambda: client.paused_at >= pressed, _RESPONSE_SECONDS)
    latency = client.paused_at - pressed
    client.send(Resume())
    # A worker that is not scheduled would miss a short resume, and pause only once.
    _poll_until(client, lambda: client.state is WorkerState.RUNNING, _RESPONSE_SECONDS)
    return latency


def _poll_for(client: WorkerClient, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        client.poll()
        time.sleep(_FRAME_SECONDS)


def _poll_until(client: WorkerClient, is_done: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not is_done():
        if time.monotonic() > until:
            raise TimeoutError(f"the training did not respond within {seconds:.0f} s: {client.message}")
        client.poll()
        time.sleep(0.001)
