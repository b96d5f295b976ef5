"""`bench`: what this machine does, measured side by side in one run. Figures are medians; units are in
their names."""

from __future__ import annotations

import platform
from typing import Any

PARTS = ("engine", "train", "viewer", "latency")


def run_bench(what: str, *, num_seeds: int = 5, seconds: float = 60.0) -> dict[str, Any]:
    """The figures of one part, or of "all", by part."""
    chosen = PARTS if what == "all" else (what,)
    reported: dict[str, Any] = {
        "machine": {"processor": platform.processor() or platform.machine(), "system": platform.platform()}
    }
    for part in chosen:
        if part == "engine":
            from tetris_arcade.bench.engine import bench_engine

            reported[part] = bench_engine(2.0)
        elif part == "train":
            from tetris_arcade.bench.learning import bench_learning

            reported[part] = bench_learning(num_seeds, seconds)
        elif part == "viewer":
            from tetris_arcade.bench.viewer import bench_viewer

            reported[part] = bench_viewer()
        else:
            from tetris_arcade.bench.latency import bench_latency

            reported[part] = bench_latency()
    return reported


def describe(reported: dict[str, Any]) -> str:
    """The figures as lines of text."""
    lines = []
    for part, figures in reported.items():
        lines.append(part)
        lines += [f"  {name}: {_shown(value)}" for name, value in figures.items()]
    return "\n".join(lines)


def _shown(value: Any) -> str:
    return f"{value:,.1f}" if isinstance(value, float) else str(value)
