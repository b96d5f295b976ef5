"""The milestones of a training run: what is reached once, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.reference_players import REFERENCE_PLAYERS

RANDOM_LINES = REFERENCE_PLAYERS["random"].evaluation.mean_lines
"""Lines per game of random placements in the standard test, with which test results compare."""
Measure = Literal["game", "test"]


@dataclass(frozen=True)
class Milestone:
    """Reached when a result is at least `threshold` lines.

    key: its name in saved runs. measure: lines of one training game, or lines per game of a standard test.
    """

    key: str
    measure: Measure
    threshold: float


MILESTONES = (
    Milestone("line_1", "game", 1),
    Milestone("lines_10", "game", 10),
    Milestone("lines_100", "game", 100),
    Milestone("random_10", "test", 10 * RANDOM_LINES),
    Milestone("random_100", "test", 100 * RANDOM_LINES),
    Milestone("random_1000", "test", 1_000 * RANDOM_LINES),
    Milestone("random_10000", "test", 10_000 * RANDOM_LINES),
)
"""Those of a test compare with random play: `random_FACTOR`."""
GRAPHS: dict[Measure, str] = {"game": "lines", "test": "evaluated_lines"}
"""The graph of a SERIES record that shows each measure."""


def mark_reached(reached: NDArray[np.float64], measure: Measure, lines: float, timesteps: float) -> bool:
    """Note the timesteps of every milestone that a result reaches first; return whether there is one.

    reached: (len(MILESTONES),) timesteps, 0 = not yet.
    """
    is_new = False
    for index, milestone in enumerate(MILESTONES):
        if not reached[index] and milestone.measure == measure and lines >= milestone.threshold:
            reached[index], is_new = max(timesteps, 1.0), True
    return is_new


def reached_milestones(series: Any) -> Iterator[tuple[Milestone, int]]:
    """The milestones that a SERIES record has, with their timesteps, the earliest first."""
    timesteps = series["milestones"].tolist()
    for index in sorted(range(len(MILESTONES)), key=timesteps.__getitem__):
        if timesteps[index] > 0:
            yield MILESTONES[index], int(timesteps[index])
