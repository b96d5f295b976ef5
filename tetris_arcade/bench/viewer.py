"""Costs of the window: frame times, frame rate, start-up and memory, with a training at full speed."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from typing import Any

from tetris_arcade.process.interpreter import python_command

# The viewer is measured in its own process: this one may have loaded modules that a viewer never loads.
_CODE = (
    "from tetris_arcade.bench.viewer_child import measure; "
    "measure({width}, {height}, {seconds}, {root!r}, {started_at})"
)
_SIZES = ((1280, 720), (1920, 1080))


def bench_viewer(seconds: float = 20.0) -> dict[str, Any]:
    """Open the window at each size, run a training in it, and report the measurements."""
    measured = {}
    with tempfile.TemporaryDirectory() as root:
        for width, height in _SIZES:
            measured[width, height] = _measure(width, height, seconds, root)
    small, large = (measured[size] for size in _SIZES)
    return {
        "frame_p99_ms_1280x720": small["frame_p99_ms"],
        "frame_p99_ms_1920x1080": large["frame_p99_ms"],
        "frame_p50_ms_1280x720": small["frame_p50_ms"],
        "frame_p50_ms_1920x1080": large["frame_p50_ms"],
        "first_frame_seconds": small["first_frame_seconds"],
        "first_training_step_seconds": large["first_training_step_seconds"],
        "watching_cost_percent": small["watching_cost_percent"],
        "memory_mb": large["memory_mb"],
        "fps": small["fps"],
        "video_driver": small["video_driver"],
    }


def _measure(width: int, height: int, seconds: float, root: str) -> dict[str, Any]:
    """Measure one window. Both processes read the one monotonic clock of the system: no other is common."""
    code = _CODE.format(width=width, height=height, seconds=seconds, root=root, started_at=time.monotonic())
    result = subprocess.run(python_command(code), stdout=subprocess.PIPE, text=True, check=True)
    measured: dict[str, Any] = json.loads(result.stdout.strip().splitlines()[-1])
    return measured
