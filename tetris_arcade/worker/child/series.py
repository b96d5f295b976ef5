"""Graphs that never grow: a full one keeps every second point and takes in half as many from then on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.evaluation import MAX_METRIC
from tetris_arcade.worker.shared.telemetry import (
    SERIES_LENGTH,
    SERIES_NAMES,
    Record,
    empty_series,
    series_points,
)

_STRIDE = ".stride"
_NOTHING = np.empty(0)


class SeriesRecorder:
    """The SERIES record being written, (1,) `record`; goes on from an earlier one where there is one."""

    def __init__(self, record: Record | None = None) -> None:
        self.record = empty_series() if record is None else record
        self.has_changed = record is not None
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

    @property
    def are_empty(self) -> bool:
        """Whether none has a point."""
        return all(map(self.is_empty, SERIES_NAMES))

    def is_empty(self, name: str) -> bool:
        return int(self.record[name]["count"][0]) == 0

    def forget_after(self, timesteps: float) -> None:
        """Drop the points that lie after the checkpoint from which the work goes on."""
        for name in self.record.dtype.names or ():
            graph = self.record[name][0]
            count = int(graph["count"])
            graph["count"] = int(np.count_nonzero(graph["timesteps"][:count] <= timesteps))


def to_arrays(record: Record) -> dict[str, NDArray[np.float64]]:
    """The graphs of a SERIES record that have points, for a file: of each (2, count), timesteps and values,
    and its stride."""
    arrays = {}
    for name in SERIES_NAMES:
        points = np.stack(series_points(record[0], name)).astype(np.float64)
        if points.size:
            arrays[name], arrays[name + _STRIDE] = points, record[name]["stride"].astype(np.float64)
    return arrays


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Record:
    """The SERIES record of such arrays, as a file holds them: what is no sound graph is left empty."""
    record = empty_series()
    for name in SERIES_NAMES:
        # In narrower numbers the bounds would be compared wrongly: the largest float16 is 65,504.
        points, stride = (arrays.get(key, _NOTHING).astype(np.float64) for key in (name, name + _STRIDE))
        if _is_graph(points) and stride.shape == (1,) and 0 <= stride[0] <= MAX_METRIC:
            graph = record[name][0]
            graph["count"], graph["stride"] = points.shape[1], stride[0]
            graph["timesteps"][: points.shape[1]], graph["values"][: points.shape[1]] = points
    return record


def _is_graph(points: NDArray[Any]) -> bool:
    """Finite, no larger than can be plotted, timesteps rising from 0 on, and with room for the next point."""
    return (
        points.ndim == 2
        and points.shape[0] == 2
        and points.shape[1] < SERIES_LENGTH
        and bool((np.abs(points) <= MAX_METRIC).all())
        and bool((np.diff(points[0], prepend=0.0) >= 0.0).all())
    )


def _thin_out(graph: np.void) -> None:
    half = SERIES_LENGTH // 2
    for column in ("timesteps", "values"):
        graph[column][:half] = graph[column][1::2]
    graph["count"] = half
    graph["stride"] = 2 * max(int(graph["stride"]), 1)
