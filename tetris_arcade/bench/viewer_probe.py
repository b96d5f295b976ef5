"""The inside of `bench viewer`: one window, measured from within, in a fresh process."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

_WARM_UP_FRAMES = 120


def probe(width: int, height: int, seconds: float, root: str) -> None:
    """Print one JSON object: start, frame work, rate and memory of a window in which a training runs."""
    import os

    if not os.environ.get("DISPLAY") and os.name == "posix":
        os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    import numpy as np
    import psutil
    import pygame

    from tetris_arcade.app import App
    from tetris_arcade.paths import DataPaths, shipped_slots
    from tetris_arcade.scenes.train import TrainScene
    from tetris_arcade.settings import Settings
    from tetris_arcade.training.config import TrainConfig
    from tetris_arcade.ui.clock import FrameClock
    from tetris_arcade.worker.messages import TrainTask

    settings = Settings()
    display = replace(settings.display, window_size=(width, height), presenting="software")
    app = App(DataPaths(Path(root), shipped_slots()), replace(settings, display=display), TrainScene)
    try:
        app.frame([], time.perf_counter(), 1 / 60)
        app.display.present()
        first_frame = time.time() - psutil.Process().create_time()
        app.context.trainer.start(TrainTask(config=TrainConfig()))
        asked, first_step = time.perf_counter(), None
        clock, work, begun = FrameClock(), [], 0.0
        while first_step is None or time.perf_counter() - begun < seconds:
            frame_start = time.perf_counter()
            app.frame(pygame.event.get(), frame_start, 1 / 60)
            frame_end = time.perf_counter()
            app.display.present()
            clock.wait()
            if first_step is None:
                if app.context.trainer.frame["counters"]["timesteps"] > 0:
                    first_step, begun = frame_end - asked, time.perf_counter()
                elif frame_end - asked > 180:
                    raise TimeoutError(app.context.trainer.message)
            else:
                work.append(frame_end - frame_start)
        elapsed = time.perf_counter() - begun
    finally:
        memory = psutil.Process().memory_info().rss
        app.close()
    milliseconds = np.array(work[_WARM_UP_FRAMES:]) * 1000
    print(
        json.dumps(
            {
                "frame_p50_ms": round(float(np.percentile(milliseconds, 50)), 3),
                "frame_p99_ms": round(float(np.percentile(milliseconds, 99)), 3),
                "fps": round(len(work) / elapsed, 2),
                "first_frame_seconds": round(first_frame, 3),
                "first_training_step_seconds": round(first_step or 0.0, 3),
                "memory_mb": round(memory / 1e6, 1),
                "video_driver": os.environ.get("SDL_VIDEODRIVER", "default"),
            }
        )
    )
