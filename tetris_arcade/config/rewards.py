"""The reward presets. A new one is an entry here and, if needed, arithmetic in `engine.reward_kernels`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tetris_arcade.languages import N_


@dataclass(frozen=True)
class RewardSpec:
    """A reward preset: its name, its explanation on the screen, its arithmetic, and how it is learned.

    `kernel` is the number by which `tetris_arcade.engine.reward_kernels` knows the preset; it is never saved.
    `line_rewards` is the reward for a placement that clears 0..4 lines, before penalties. `scale` multiplies
    the reward for the learner, so that Q-values stay below a few dozen. `best_by` decides which model is the
    best: the lines of the standard test, or the score on the run's own board. `is_shaped`: whether the
    penalties of `RewardShaping` are subtracted. `is_kept_at_end`: whether the last placement of a lost game
    is rewarded.
    """

    name: str
    description: str
    kernel: int
    line_rewards: tuple[float, float, float, float, float]
    scale: float
    best_by: Literal["mean_lines", "mean_score"]
    is_shaped: bool = False
    is_kept_at_end: bool = False


LINES, SCORE, SHAPED, FOURS = 0, 1, 2, 3
_PACKAGE_REWARDS = (1.0, 11.0, 41.0, 91.0, 161.0)
"""tetris-gymnasium's reward: 10 * lines**2 + 1, and nothing for the last placement of a lost game."""

REWARDS: Mapping[str, RewardSpec] = {
    spec.name: spec
    for spec in (
        RewardSpec(
            N_("lines"),
            N_("One point for each line cleared."),
            LINES,
            (0.0, 1.0, 2.0, 3.0, 4.0),
            scale=1.0,
            best_by="mean_lines",
            is_kept_at_end=True,
        ),
        RewardSpec(
            N_("score"),
            N_("1 point per piece, plus 10, 40, 90 or 160 for 1 to 4 lines at once."),
            SCORE,
            _PACKAGE_REWARDS,
            scale=0.05,
            best_by="mean_score",
        ),
        RewardSpec(
            N_("shaped"),
            N_("The score, minus a penalty for new holes, height and bumpiness."),
            SHAPED,
            _PACKAGE_REWARDS,
            scale=0.05,
            best_by="mean_score",
            is_shaped=True,
        ),
        RewardSpec(
            N_("fours"),
            N_("4 points for 4 lines at once, nothing for fewer."),
            FOURS,
            (0.0, 0.0, 0.0, 0.0, 4.0),
            scale=1.0,
            best_by="mean_score",
        ),
    )
}
