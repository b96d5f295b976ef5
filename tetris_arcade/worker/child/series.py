"""Graphs of bounded size: a full one drops every second point, and from then on adds half as many."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.evaluation import MAX_METRIC
from tetris_arcade.worker.shared.milestones import GRAPHS, MILESTONES, Measure, mark_reached
from tetris_arcade.worker.shared.telemetry import (
    SERIES_LENGTH,
    SERIES_NAMES,
    Record,
    empty_series,
    series_band,
    series_points,
)

_STRIDE_SUFFIX, _BAND_SUFFIX = ".stride", ".band"
_MILESTONE_PREFIX = "milestone."
_EMPTY = np.empty(0)


class SeriesRecorder:
    """Writes graphs to `record`, a SERIES of shape (1,); continues an earlier record if one is given."""

    def __init__(self, record: Record | None = None) -> None:
        self.record = empty_series() if record is None else record
        self.has_changed = record is not None
        self._skipped: dict[str, int] = {}
        self._ranges: dict[str, tuple[float, float]] = {}

    def add(self, name: str, timesteps: float, value: float) -> None:
        """Add a point to a graph; values that are not finite are skipped."""
        if not math.isfinite(value):
            return
        graph = self.record[name][0]
        low, high = self._ranges.pop(name, (value, value))
        low, high = min(low, value), max(high, value)
        skipped = self._skipped.get(name, 0) + 1
        if skipped < graph["stride"]:
            self._skipped[name], self._ranges[name] = skipped, (low, high)
            return
        self._skipped[name] = 0
        count = int(graph["count"])
        graph["timesteps"][count], graph["values"][count] = timesteps, value
        graph["low"][count], graph["high"][count] = low, high
        graph["count"] = count + 1
        if graph["count"] == SERIES_LENGTH:
            _thin_out(graph)
        self.has_changed = True

    def add_result(self, measure: Measure, lines: float, timesteps: float) -> None:
        """Note the milestones that the result of a game or a test reaches."""
        self.has_changed |= mark_reached(self.record["milestones"][0], measure, lines, timesteps)

    @property
    def are_empty(self) -> bool:
        """Whether no graph has a point."""
        return all(map(self.is_empty, SERIES_NAMES))

    def is_empty(self, name: str) -> bool:
        return int(self.record[name]["count"][0]) == 0

    def truncate(self, timesteps: float) -> None:
        """Drop the points after the checkpoint from which the run was resumed."""
        for name in SERIES_NAMES:
            graph = self.record[name][0]
            count = int(graph["count"])
            graph["count"] = int(np.count_nonzero(graph["timesteps"][:count] <= timesteps))
        reached = self.record["milestones"]
        reached[reached > timesteps] = 0.0


def to_arrays(record: Record) -> dict[str, NDArray[np.float64]]:
    """Convert a SERIES record for a file.

    Each graph that has points gives an array of shape (2, count), timesteps and values, its stride, (1,), and
    the lowest and highest values, (2, count). Each milestone that was reached gives its timesteps, (1,).
    """
    arrays = {
        _MILESTONE_PREFIX + milestone.key: np.array([timesteps])
        for milestone, timesteps in zip(MILESTONES, record["milestones"][0].tolist(), strict=True)
        if timesteps
    }
    for name in SERIES_NAMES:
        points = np.stack(series_points(record[0], name)).astype(np.float64)
        if points.size:
            arrays[name], arrays[name + _STRIDE_SUFFIX] = points, record[name]["stride"].astype(np.float64)
            arrays[name + _BAND_SUFFIX] = np.stack(series_band(record[0], name)).astype(np.float64)
    return arrays


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Record:
    """The inverse of `to_arrays`, for arrays read from a file: a graph that is not valid is left empty."""
    record = empty_series()
    for name in SERIES_NAMES:
        # Comparing the bounds in a narrower type would be wrong: the largest float16 is 65,504.
        points, stride = (arrays.get(key, _EMPTY).astype(np.float64) for key in (name, name + _STRIDE_SUFFIX))
        if _is_valid(points) and stride.shape == (1,) and 0 <= stride[0] <= MAX_METRIC:
            graph = record[name][0]
            graph["count"], graph["stride"] = points.shape[1], stride[0]
            graph["timesteps"][: points.shape[1]], graph["values"][: points.shape[1]] = points
            band = arrays.get(name + _BAND_SUFFIX, _EMPTY).astype(np.float64)
            is_band = band.shape == points.shape and bool((np.abs(band) <= MAX_METRIC).all())
            low, high = band if is_band else (points[1], points[1])
            graph["low"][: points.shape[1]] = np.minimum(low, points[1])
            graph["high"][: points.shape[1]] = np.maximum(high, points[1])
    _restore_milestones(record, arrays)
    return record


def _restore_milestones(record: Record, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Read the milestones; those that earlier versions did not save are read off the graphs."""
    reached = record["milestones"][0]
    for index, milestone in enumerate(MILESTONES):
        saved = arrays.get(_MILESTONE_PREFIX + milestone.key, _EMPTY)
        if saved.shape == (1,) and 0.0 < float(saved[0]) <= MAX_METRIC:
            reached[index] = saved[0]
    for measure, name in GRAPHS.items():
        timesteps, values = series_points(record[0], name)
        for moment, lines in zip(timesteps.tolist(), values.tolist(), strict=True):
            mark_reached(reached, measure, lines, moment)


def _is_valid(points: NDArray[Any]) -> bool:
    """Whether points are finite and can be plotted, timesteps ascend from 0, and another point fits."""
    return (
        points.ndim == 2
        and points.shape[0] == 2
        and points.shape[1] < SERIES_LENGTH
        and bool((np.abs(points) <= MAX_METRIC).all())
        and bool((np.diff(points[0], prepend=0.0) >= 0.0).all())
    )


def _thin_out(graph: np.void) -> None:
    """Drop every second point of a full graph."""
    half = SERIES_LENGTH // 2
    for column, values in (
        ("timesteps", graph["timesteps"][1::2]),
        ("values", graph["values"][1::2]),
        ("low", np.minimum(graph["low"][::2], graph["low"][1::2])),
        ("high", np.maximum(graph["high"][::2], graph["high"][1::2])),
    ):
        graph[column][:half] = values
    graph["count"] = half
    graph["stride"] = 2 * max(int(graph["stride"]), 1)
