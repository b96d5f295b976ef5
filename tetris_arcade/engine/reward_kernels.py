"""The arithmetic of the reward presets in `config.rewards`, by `RewardSpec.kernel`."""

from __future__ import annotations

from typing import Any

import numpy as np

from tetris_arcade.config.rewards import REWARDS, SHAPED
from tetris_arcade.engine.board import BoardStats, board_stats
from tetris_arcade.engine.jit import inlined, int64
from tetris_arcade.engine.rules import Rules

_SPECS = sorted(REWARDS.values(), key=lambda spec: spec.kernel)
assert [spec.kernel for spec in _SPECS] == list(range(len(_SPECS))), "kernels must be numbered 0, 1, 2, ..."

LINE_REWARDS = np.array([spec.line_rewards for spec in _SPECS], np.float64)
"""[kernel, lines] The reward for a placement that clears 0..4 lines."""
_IS_KEPT_AT_END = np.array([spec.is_kept_at_end for spec in _SPECS], np.bool_)


@inlined
def stats_before_placement(columns: Any, rules: Rules) -> BoardStats:
    """What `placement_reward` needs to know of the (10,) columns before the placement."""
    if rules.reward == SHAPED:
        return board_stats(columns)
    return BoardStats(int64(0), int64(0), int64(0))


@inlined
def placement_reward(rules: Rules, lines: int, before: BoardStats, columns: Any) -> float:
    """The reward for a placement that cleared `lines` and left (10,) `columns`."""
    reward = LINE_REWARDS[rules.reward, lines]
    if rules.reward == SHAPED:
        after = board_stats(columns)
        reward -= (
            rules.holes_penalty * (after.holes - before.holes)
            + rules.height_penalty * (after.max_height - before.max_height)
            + rules.bumpiness_penalty * (after.bumpiness - before.bumpiness)
        )
    return reward


@inlined
def final_reward(rules: Rules, reward: float) -> float:
    """The reward for a placement, given its `placement_reward`, if the next piece cannot spawn after it."""
    return (reward if _IS_KEPT_AT_END[rules.reward] else 0.0) - rules.game_over_penalty
