"""The result of an evaluation: the conditions and the statistics of many games of one player."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

MAX_METRIC = 1e12
"""Upper bound of counts and metrics. Beyond it, axis labels of neighboring values no longer differ."""


@dataclass(frozen=True)
class Evaluation:
    """How well a player plays, and under which conditions.

    mean_lines, median_lines: lines per game. ci95_lines: 95 % bootstrap confidence interval of the mean.
    max_pieces: pieces after which a game was ended, None for no limit. capped_games: games that it ended.
    lookahead: whether the player also tried the placements of the next piece.
    share_of_fours: share of all lines that were cleared four at a time, 0..1.
    mean_score: score per game, by tetris-gymnasium's reward of 10 * lines**2 + 1 per placement.
    lines: lines of every game, in the order of their seeds.

    `mean_score` and `lines` are known right after the evaluation and are not stored; see `summary`.
    """

    games: int
    mean_lines: float
    median_lines: float
    ci95_lines: tuple[float, float]
    capped_games: int
    seed: int
    max_pieces: int | None = None
    pieces: str = "bag"
    height: int = 20
    lookahead: bool = False
    pieces_per_second: float | None = None
    share_of_fours: float | None = None
    mean_score: float | None = None
    lines: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        check_bounded(
            "evaluation", self.games, self.mean_lines, self.median_lines, *self.ci95_lines, self.capped_games
        )
        check_bounded("evaluation", self.pieces_per_second or 0, self.share_of_fours or 0)

    @property
    def is_summary(self) -> bool:
        """Whether only the fields that are stored are set."""
        return self.mean_score is None and self.lines is None

    def summary(self) -> Evaluation:
        """Return a copy as it is stored with a model, without `mean_score` and `lines`."""
        return replace(self, mean_score=None, lines=None)


def check_bounded(name: str, *metrics: float) -> None:
    """Raise ValueError if a metric exceeds `MAX_METRIC`; NaN and infinity are refused by the file formats."""
    if any(MAX_METRIC < abs(metric) < math.inf for metric in metrics):
        raise ValueError(f"{name} must be at most {MAX_METRIC:,.0f}")
