"""The score of a trial: the median over its seeds of the lines per game, with a bootstrap interval."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_RESAMPLES = 1_000


@dataclass(frozen=True)
class Score:
    """Lines per game. value: the median over the seeds of each one's mean. low, high: its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:,.1f} ({self.low:,.1f} to {self.high:,.1f})"


def score_seeds(lines: Sequence[Sequence[int]]) -> Score:
    """The score from the lines of every game of every seed; all seeds played the same number of games.

    The interval is that of the percentile bootstrap (Efron 1979), over seeds and the games of each.
    """
    games = np.array(lines, np.float64)  # [seeds, games]
    num_seeds, num_games = games.shape
    generator = np.random.default_rng(96)
    medians = []
    for _ in range(_RESAMPLES):
        seeds = generator.integers(num_seeds, size=(num_seeds, 1))
        numbers = generator.integers(num_games, size=(num_seeds, num_games))
        medians.append(np.median(games[seeds, numbers].mean(axis=1)))
    low, high = np.percentile(medians, [2.5, 97.5])
    return Score(statistics.median(games.mean(axis=1).tolist()), float(low), float(high))
