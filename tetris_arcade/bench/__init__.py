"""Benchmarks, measured side by side in one run. Values are medians; units are part of their names."""

from __future__ import annotations

import platform
from typing import Any

PARTS = ("engine", "train", "viewer", "latency", "web", "scale")


def run_bench(what: str, *, num_seeds: int = 5, seconds: float = 60.0) -> dict[str, Any]:
    """Run one part, or "all"; returns the statistics by part."""
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
        elif part == "latency":
            from tetris_arcade.bench.latency import bench_latency

            reported[part] = bench_latency()
        elif part == "web":
            reported[part] = _bench_web()
        else:
            reported[part] = _bench_scale()
    return reported


def _bench_scale() -> dict[str, Any]:
    from tetris_arcade.cluster.extra import missing_cluster_packages

    if missing_cluster_packages():
        return {"not_measured": "sweeps and clusters are not installed"}
    from tetris_arcade.bench.scale import bench_scale

    return bench_scale()


def _bench_web() -> dict[str, Any]:
    from tetris_arcade.remote.web_options import missing_web_packages

    if missing_web_packages():
        return {"not_measured": "the browser view is not installed"}
    from tetris_arcade.bench.web import bench_web

    return bench_web()
