"""Costs of the window: frame times, frame rate, start-up and memory, with a training at full speed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from typing import Any

# The viewer is measured in its own process: this one may have loaded modules that a viewer never loads.
_SCRIPT = (
    "from tetris_arcade.bench.viewer_child import measure; measure({width}, {height}, {seconds}, {root!r})"
)
_SIZES = ((1280, 720), (1920, 1080))


def bench_viewer(seconds: float = 20.0) -> dict[str, Any]:
    """Open the window at each size, run a training in it, and report the measurements."""
    measured = {}
    with tempfile.TemporaryDirectory() as root:
        for width, height in _SIZES:
            script = _SCRIPT.format(width=width, height=height, seconds=seconds, root=root)
            result = subprocess.run(
                [sys.executable, "-c", script], capture_output=True, text=True, check=True
            )
            measured[width, height] = json.loads(result.stdout.strip().splitlines()[-1])
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
