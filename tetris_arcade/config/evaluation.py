"""The standard test, and the result of an evaluation: its conditions and the statistics of its games."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from tetris_arcade.config.env import NUM_COLS, RULE_SETS, check_choice

MAX_METRIC = 1e12
"""Upper bound of counts and metrics. Beyond it, axis labels of neighboring values no longer differ."""


@dataclass(frozen=True)
class EvaluationConditions:
    """What is played in an evaluation; only results under the same conditions compare.

    max_pieces: pieces after which a game is ended, None for no limit. lookahead: whether the player also
    tries the placements of the next piece. rules: one of `config.env.RULE_SETS`.
    """

    games: int
    max_pieces: int | None
    pieces: str
    height: int
    lookahead: bool = False
    rules: str = "package"

    @property
    def max_lines(self) -> int | None:
        """No game can clear more lines; None without a limit."""
        return None if self.max_pieces is None else self.max_pieces * 4 // NUM_COLS


STANDARD_TEST = EvaluationConditions(games=100, max_pieces=50_000, pieces="uniform", height=10)
"""The test of every model that is ranked, and of a training run.

On a low board with uniform pieces, games end and every mistake counts. The limit is hardly ever reached.
"""
STANDARD_TEST_SEED = 77


@dataclass(frozen=True)
class Evaluation:
    """How well a player plays, and under which conditions.

    mean_lines, median_lines: lines per game. ci95_lines: 95 % bootstrap confidence interval of the mean.
    max_pieces: pieces after which a game was ended, None for no limit. capped_games: games that it ended.
    lookahead: whether the player also tried the placements of the next piece.
    rules: one of `config.env.RULE_SETS`.
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
    rules: str = "package"

    def __post_init__(self) -> None:
        check_bounded(
            "evaluation", self.games, self.mean_lines, self.median_lines, *self.ci95_lines, self.capped_games
        )
        check_bounded("evaluation", self.pieces_per_second or 0, self.share_of_fours or 0)
        check_choice("rules", self.rules, RULE_SETS)

    @property
    def conditions(self) -> EvaluationConditions:
        return EvaluationConditions(
            self.games, self.max_pieces, self.pieces, self.height, self.lookahead, self.rules
        )

    @property
    def is_ranked(self) -> bool:
        """Whether it is a result of the standard test, on any seeds and on at least as many games."""
        return (
            self.games >= STANDARD_TEST.games
            and replace(self.conditions, games=STANDARD_TEST.games) == STANDARD_TEST
        )

    @property
    def is_summary(self) -> bool:
        """Whether only the fields that are stored are set."""
        return self.mean_score is None and self.lines is None

    def summary(self) -> Evaluation:
        """Return a copy as it is stored with a model, without `mean_score` and `lines`."""
        return replace(self, mean_score=None, lines=None)


def describe_conditions(conditions: EvaluationConditions) -> str:
    """Conditions as text, such as "100 games, 10 rows, uniform pieces, at most 50,000 each"."""
    limit = "no limit" if conditions.max_pieces is None else f"at most {conditions.max_pieces:,} each"
    lookahead = ", one piece of look-ahead" if conditions.lookahead else ""
    rules = "" if conditions.rules == "package" else f", {conditions.rules} rules"
    return (
        f"{conditions.games} games, {conditions.height} rows, {conditions.pieces} pieces, "
        f"{limit}{lookahead}{rules}"
    )


def check_bounded(name: str, *metrics: float) -> None:
    """Raise ValueError if a metric exceeds `MAX_METRIC`; NaN and infinity are refused by the file formats."""
    if any(MAX_METRIC < abs(metric) < math.inf for metric in metrics):
        raise ValueError(f"{name} must be at most {MAX_METRIC:,.0f}")
