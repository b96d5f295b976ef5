"""Graphs that never grow: a full one keeps every second point and takes in half as many from then on."""

from __future__ import annotations

import math

import numpy as np

from tetris_arcade.worker.telemetry import SERIES_LENGTH, Record, empty_series


class Graphs:
    """The SERIES record being written, (1,) `record`; goes on from an earlier one where there is one."""

    def __init__(self, record: Record | None = None) -> None:
        self.record = empty_series() if record is None else record
        self.has_changed = False
        self._skipped: dict[str, int] = {}

    def add(self, name: str, timesteps: float, value: float) -> None:
        """Add a point to a graph; what is not a finite number is left out."""
        if not math.isfinite(value):
            return
        graph = self.record[name][0]
        skipped = self._skipped.get(name, 0) + 1
        if skipped < graph["stride"]:
            self._skipped[name] = skipped
            return
        self._skipped[name] = 0
        count = int(graph["count"])
        graph["timesteps"][count], graph["values"][count] = timesteps, value
        graph["count"] = count + 1
        if graph["count"] == SERIES_LENGTH:
            _thin_out(graph)
        self.has_changed = True

    def is_empty(self, name: str) -> bool:
        return int(self.record[name]["count"][0]) == 0

    def forget_after(self, timesteps: float) -> None:
        """Drop the points that lie after the checkpoint from which the work goes on."""
        for name in self.record.dtype.names or ():
            graph = self.record[name][0]
            count = int(graph["count"])
            graph["count"] = int(np.count_nonzero(graph["timesteps"][:count] <= timesteps))


def _thin_out(graph: np.void) -> None:
    half = SERIES_LENGTH // 2
    for column in ("timesteps", "values"):
        graph[column][:half] = graph[column][1::2]
    graph["count"] = half
    graph["stride"] = 2 * max(int(graph["stride"]), 1)
