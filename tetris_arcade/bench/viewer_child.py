"""The child process of `bench viewer`: one window, measured from inside."""

from __future__ import annotations

import json
import os
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tetris_arcade.app import App

_WARM_UP_FRAMES = 120
_MAX_START_SECONDS = 180.0
_TURNS, _TURN_SECONDS = 7, 3.0


def measure(width: int, height: int, seconds: float, root: str, started_at: float) -> None:
    """Print one JSON object: start-up, frame times, frame rate and memory of a window in which a training
    runs, and what watching costs the training.

    started_at: `time.monotonic()` of the parent process before it started this one.
    """
    if not os.environ.get("DISPLAY") and os.name == "posix":
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    import psutil

    app = _open(width, height, root)
    try:
        _run_frames(app, 0.0)
        first_frame = time.monotonic() - started_at
        first_step = _start_training(app)
        _run_frames(app, _WARM_UP_FRAMES / 60)
        watched_from = time.perf_counter()
        work = _run_frames(app, seconds)
        elapsed = time.perf_counter() - watched_from
        watching_cost = _watching_cost(app)
    finally:
        memory = psutil.Process().memory_info().rss
        app.close()
    milliseconds = sorted(1000 * seconds for seconds in work)
    print(
        json.dumps(
            {
                "frame_p50_ms": round(milliseconds[len(work) // 2], 3),
                "frame_p99_ms": round(milliseconds[len(work) * 99 // 100], 3),
                "fps": round(len(work) / elapsed, 2),
                "first_frame_seconds": round(first_frame, 3),
                "first_training_step_seconds": round(first_step, 3),
                "watching_cost_percent": round(watching_cost, 2),
                "memory_mb": round(memory / 1e6, 1),
                "video_driver": os.environ.get("SDL_VIDEODRIVER", "default"),
            }
        )
    )


def _open(width: int, height: int, root: str) -> App:
    from tetris_arcade.app import App
    from tetris_arcade.config.paths import DataPaths, shipped_slots
    from tetris_arcade.config.settings import Settings
    from tetris_arcade.scenes.training.scene import TrainScene

    settings = Settings()
    display = replace(settings.display, window_size=(width, height), presenting="software")
    return App(DataPaths(Path(root), shipped_slots()), replace(settings, display=display), TrainScene)


def _run_frames(app: App, seconds: float) -> list[float]:
    """Run the window this long, at least one frame; return the seconds of each frame, without presenting."""
    import pygame

    from tetris_arcade.ui.clock import FrameClock

    clock, until = FrameClock(), time.perf_counter() + seconds
    work: list[float] = []
    while not work or time.perf_counter() < until:
        started_at = time.perf_counter()
        app.frame(pygame.event.get(), started_at, 1 / 60)
        work.append(time.perf_counter() - started_at)
        app.display.present()
        clock.wait()
    return work


def _start_training(app: App) -> float:
    """Start a training; return the seconds until its first timestep is seen."""
    from tetris_arcade.config.training import TrainConfig
    from tetris_arcade.worker.shared.messages import TrainTask

    app.context.trainer.start(TrainTask(config=TrainConfig()))
    asked = time.perf_counter()
    while _counters(app)["timesteps"] == 0:
        _run_frames(app, 0.0)
        if time.perf_counter() - asked > _MAX_START_SECONDS:
            raise TimeoutError(app.context.trainer.message)
    return time.perf_counter() - asked


def _watching_cost(app: App) -> float:
    """Percent by which visuals slow a training at full speed: the median of turns with visuals on and off."""
    costs = []
    for turn in range(_TURNS):
        watched_first = turn % 2 == 0
        first, second = (_training_rate(app, visuals) for visuals in (watched_first, not watched_first))
        watched, unwatched = (first, second) if watched_first else (second, first)
        costs.append(100 * (1 - watched / unwatched))
    return statistics.median(costs)


def _training_rate(app: App, visuals: bool) -> float:
    """Timesteps per second over one turn."""
    from tetris_arcade.worker.shared.messages import SetVisuals

    app.context.trainer.send(SetVisuals(visuals))
    _run_frames(app, 0.5)
    started_at, timesteps = time.perf_counter(), int(_counters(app)["timesteps"])
    _run_frames(app, _TURN_SECONDS)
    return (int(_counters(app)["timesteps"]) - timesteps) / (time.perf_counter() - started_at)


def _counters(app: App) -> Any:
    return app.context.trainer.frame["counters"]
