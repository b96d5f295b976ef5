"""How soon a pause takes hold, from the key to the trainer standing still, while it learns and saves."""

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

_START_SECONDS = 180.0
_GIVE_UP_SECONDS = 5.0
_LEARN_SECONDS = 5.0
_FRAME_SECONDS = 1 / 60


def bench_latency(presses: int = 200) -> dict[str, Any]:
    """Press pause `presses` times at random moments, a third of them right after a save was asked for."""
    with tempfile.TemporaryDirectory() as folder:
        client = WorkerClient(DataPaths(Path(folder)))
        try:
            config = replace(TrainConfig(), checkpoint_seconds=2.0, best_eval_seconds=5.0)
            client.start(TrainTask(config=config))
            _poll_until(client, lambda: client.state is WorkerState.RUNNING, _START_SECONDS)
            _poll_for(client, _LEARN_SECONDS)
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
    """Seconds from each of so many pauses, pressed at random moments, to the worker's standing still.

    The client must be at work. Raises TimeoutError where the worker does not pause at all.
    """
    generator = random.Random(1)
    return [_press(client, generator, saves=press % save_every == 0) for press in range(presses)]


def _press(client: WorkerClient, generator: random.Random, saves: bool) -> float:
    _poll_for(client, 0.02 + 0.1 * generator.random())
    if saves:
        client.send(Save())
        time.sleep(0.02 * generator.random())
    pressed = time.monotonic()
    client.send(Pause())
    _poll_until(client, lambda: client.paused_at >= pressed, _GIVE_UP_SECONDS)
    latency = client.paused_at - pressed
    client.send(Resume())
    # A worker that gets no processor would sleep through a short spell and stand still only once.
    _poll_until(client, lambda: client.state is WorkerState.RUNNING, _GIVE_UP_SECONDS)
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
            raise TimeoutError(f"the trainer did not answer within {seconds:.0f} s: {client.message}")
        client.poll()
        time.sleep(0.001)
