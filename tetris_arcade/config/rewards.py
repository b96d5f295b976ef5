"""The reward presets: one entry here, and the arithmetic of its kernel, make a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class RewardSpec:
    """What one reward preset is called, how it is explained, and how the learner scales it.

    `kernel` is the number by which `tetris_arcade.engine.reward_kernels` knows it; it is never saved.
    `line_rewards` is what a placement that removes 0..4 lines earns, before penalties. `is_shaped`: whether
    the penalties of `RewardShaping` are subtracted.
    """

    name: str
    description: str
    kernel: int
    line_rewards: tuple[float, float, float, float, float]
    scale: float
    """The learner multiplies the reward by this, so that Q-values stay below a few dozen."""
    is_shaped: bool = False


LINES, SCORE, SHAPED = 0, 1, 2
_PACKAGE_REWARDS = (1.0, 11.0, 41.0, 91.0, 161.0)
"""tetris-gymnasium's reward: 10 * lines**2 + 1."""

REWARDS: Mapping[str, RewardSpec] = {
    spec.name: spec
    for spec in (
        RewardSpec("lines", "One point for each line cleared.", LINES, (0.0, 1.0, 2.0, 3.0, 4.0), 1.0),
        RewardSpec(
            "score",
            "1 point per piece, plus 10, 40, 90 or 160 for 1 to 4 lines at once.",
            SCORE,
            _PACKAGE_REWARDS,
            0.05,
        ),
        RewardSpec(
            "shaped",
            "The score, minus a penalty for new holes, height and bumpiness.",
            SHAPED,
            _PACKAGE_REWARDS,
            0.05,
            is_shaped=True,
        ),
    )
}
