"""The state of a sweep's trials: plain data, of which the files and the table show what they need."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from tetris_arcade.cluster.scoring import Score, score_seeds
from tetris_arcade.cluster.segment import SegmentResult

Status = Literal["running", "done", "stopped early", "failed"]


@dataclass
class Trial:
    """One configuration, trained with several seeds.

    values: of the space's parameters. results: [seed][evaluation] what is known so far. scores: one for each
    evaluation that all seeds have passed. shares: progress of each seed's current segment, 0..1.
    """

    number: int
    values: dict[str, Any]
    results: list[list[SegmentResult]]
    status: Status = "running"
    reason: str = ""
    scores: list[Score] = field(default_factory=list)
    shares: dict[int, float] = field(default_factory=dict)

    @property
    def score(self) -> Score | None:
        """The newest score; None before the first."""
        return self.scores[-1] if self.scores else None

    @property
    def is_running(self) -> bool:
        return self.status == "running"

    @property
    def passed_by_all(self) -> int:
        """The number of evaluations that all seeds have passed."""
        return min(map(len, self.results))

    def add_score(self) -> Score:
        """Score the first evaluation that has no score yet; all seeds have passed it."""
        evaluation = len(self.scores)
        score = score_seeds([results[evaluation].lines for results in self.results])
        self.scores.append(score)
        return score

    @property
    def best_seed(self) -> int:
        """The index of the seed whose model cleared the most lines in the newest evaluation."""
        evaluation = len(self.scores) - 1
        return max(range(len(self.results)), key=lambda i: self.results[i][evaluation].mean_lines)


def best_trial(trials: list[Trial]) -> Trial | None:
    """The trial with the highest score among those that were trained to the end; None if none was."""
    done = [trial for trial in trials if trial.status == "done"]
    return max(done, key=lambda trial: trial.scores[-1].value, default=None)
