"""Whether the host is well: for `/health`, and with its figures for Prometheus."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.remote.link import HostLink
from tetris_arcade.remote.messages import WorkerStatus
from tetris_arcade.web.hub import Hub
from tetris_arcade.worker.shared.messages import WorkerState
from tetris_arcade.worker.shared.telemetry import SharedCell

_MAX_PRESENTED_SECONDS = 10.0
_MAX_PROGRESS_SECONDS = 120.0
_AT_WORK = (WorkerState.RUNNING, WorkerState.PAUSED, WorkerState.SAVING, WorkerState.STOPPING)
_NANOSECONDS = 1e9
_METRICS = {
    "timesteps": "Moves practised in the whole run",
    "episode_count": "Training games",
    "timesteps_per_second": "Moves per second",
    "updates": "Gradient steps",
    "best_lines": "Lines of the best training game",
    "mean_lines_100": "Mean lines of the last 100 training games",
    "best_eval_lines": "Mean lines per game of the best model in the standard test",
    "epsilon": "Exploration rate",
    "loss": "Loss",
    "saved_at": "When the run was last saved, in seconds since 1970",
    "unsaved_since": "Since when saving fails, in seconds since 1970, 0 if it does not",
}
"""Those of `metrics` that are published, and what they are."""


class Health:
    """Ages of the last frame and of the last progress, and free disk space."""

    def __init__(self, hub: Hub, paths: DataPaths) -> None:
        self._hub, self._paths = hub, paths
        self._progress = -1
        self._progress_at = time.monotonic()

    @property
    def _link(self) -> HostLink:
        return self._hub.link

    def watch(self) -> None:
        """Note whether the training has advanced; call this about once per second."""
        trainer = self._link.telemetry.get("trainer")
        progress = 0 if trainer is None else int(trainer.cells[SharedCell.PROGRESS])
        if progress != self._progress or not self._is_training:
            self._progress, self._progress_at = progress, time.monotonic()

    def report(self) -> dict[str, Any]:
        """presented_seconds: age of the last frame of a window that is visible, None without one.

        progress_seconds: age of the training's last progress, None if none runs. free_bytes: of the disk.
        """
        presented, progress = self._presented_seconds, self._progress_seconds
        is_presenting = presented is None or presented <= _MAX_PRESENTED_SECONDS
        is_advancing = progress is None or progress <= _MAX_PROGRESS_SECONDS
        return {
            "ok": self._hub.is_ready and is_presenting and is_advancing,
            "presented_seconds": presented,
            "progress_seconds": progress,
            "free_bytes": _free_bytes(self._paths.root),
        }

    def prometheus(self) -> tuple[bytes, str]:
        """The figures in Prometheus's text format, and its media type."""
        registry = CollectorRegistry()
        report = self.report()

        def add(name: str, text: str, value: float | None) -> None:
            if value is not None:
                Gauge(f"tetris_arcade_{name}", text, registry=registry).set(value)

        add("up", "Whether all is well", float(report["ok"]))
        add("presented_age_seconds", "Age of the last presented frame", report["presented_seconds"])
        add("progress_age_seconds", "Age of the training's last progress", report["progress_seconds"])
        add("disk_free_bytes", "Free disk space", report["free_bytes"])
        add("clients", "Browsers that are connected", self._hub.num_clients)
        add("training", "Whether a training runs", float(self._is_training))
        if self._hub.status.get("source") == "training":
            for name, text in _METRICS.items():
                add(name, text, self._hub.metrics[name])
        return generate_latest(registry), CONTENT_TYPE_LATEST

    @property
    def _is_training(self) -> bool:
        return self._link.statuses.get("trainer", WorkerStatus()).state in _AT_WORK

    @property
    def _presented_seconds(self) -> float | None:
        trainer = self._link.telemetry.get("trainer")
        presented_at = 0 if trainer is None else int(trainer.cells[SharedCell.PRESENTED_AT])
        return round(time.monotonic() - presented_at / _NANOSECONDS, 3) if presented_at else None

    @property
    def _progress_seconds(self) -> float | None:
        return round(time.monotonic() - self._progress_at, 3) if self._is_training else None


def _free_bytes(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
