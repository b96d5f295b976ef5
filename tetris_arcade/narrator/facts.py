"""What the narrator knows of a training at a moment, read from its telemetry."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from tetris_arcade.worker.shared.messages import WorkerState
from tetris_arcade.worker.shared.milestones import Milestone, reached_milestones
from tetris_arcade.worker.shared.telemetry import series_points

_MEAN_POINTS = 8
"""Points of a sampled graph that are averaged, at its start and at its end."""


@dataclass(frozen=True)
class Facts:
    """A training at a moment. What is not known yet is NaN, or 0 for counts.

    average_lines: lines per game, of the last 100 games. average_before: the same at half of the moves.
    test_lines: of the last standard test. expected, expected_at_first: the mean Q-value now and in the first
    samples; holes, holes_at_first: the same, of the watched board. milestones: those that are reached.
    """

    state: WorkerState = WorkerState.RUNNING
    moves: int = 0
    moves_per_second: float = 0.0
    games: int = 0
    updates: int = 0
    exploration_rate: float = math.nan
    best_game_lines: int = 0
    average_lines: float = math.nan
    average_before: float = math.nan
    test_lines: float = math.nan
    expected: float = math.nan
    expected_at_first: float = math.nan
    holes: float = math.nan
    holes_at_first: float = math.nan
    milestones: tuple[Milestone, ...] = ()


def read_facts(frame: Any, series: Any, state: WorkerState) -> Facts:
    """The facts in a FRAME and a SERIES record."""
    counters = frame["counters"]
    moves = int(counters["timesteps"])
    holes, holes_at_first = _end_and_start(series, "holes")
    expected, expected_at_first = _end_and_start(series, "mean_value")
    return Facts(
        state=state,
        moves=moves,
        moves_per_second=float(counters["timesteps_per_second"]),
        games=int(counters["episodes"]),
        updates=int(counters["updates"]),
        # Before the first move it is not known.
        exploration_rate=float(counters["epsilon"]) if moves else math.nan,
        best_game_lines=int(counters["best_lines"]),
        average_lines=float(counters["mean_lines_100"]) if counters["episodes"] else math.nan,
        average_before=_value_at(series, "smoothed_lines", moves / 2),
        test_lines=_last(series, "evaluated_lines"),
        expected=expected,
        expected_at_first=expected_at_first,
        holes=holes,
        holes_at_first=holes_at_first,
        milestones=tuple(milestone for milestone, _ in reached_milestones(series)),
    )


def _end_and_start(series: Any, name: str) -> tuple[float, float]:
    """The mean of the last and of the first points of a graph; NaN unless they are different points."""
    _, values = series_points(series, name)
    if values.size < 2 * _MEAN_POINTS:
        return math.nan, math.nan
    return float(values[-_MEAN_POINTS:].mean()), float(values[:_MEAN_POINTS].mean())


def _value_at(series: Any, name: str, timesteps: float) -> float:
    """The last value of a graph up to some timesteps; NaN if there is none."""
    moments, values = series_points(series, name)
    index = int(np.searchsorted(moments, timesteps, side="right")) - 1
    return float(values[index]) if index >= 0 else math.nan


def _last(series: Any, name: str) -> float:
    _, values = series_points(series, name)
    return float(values[-1]) if values.size else math.nan
