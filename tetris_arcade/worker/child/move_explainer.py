"""Follows a player's moves in one game, explains each, and compares it with what came of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.features import NUM_FEATURES
from tetris_arcade.config.rewards import REWARDS
from tetris_arcade.engine.insight import Insight, Outcome
from tetris_arcade.engine.network import Network
from tetris_arcade.training.move_insight import explain_move, immediate_reward


class MoveExplainer:
    """Explains the moves of one game under the rules and rewards of `env`.

    The outcome of a move is known if it was explained, and the one before it where the reward needs both.
    """

    def __init__(self, env: EnvConfig) -> None:
        self._env = env
        self._pieces = -1
        self._expected = self._reward = float("nan")
        self._row: NDArray[np.float32] | None = None

    def explain(
        self,
        network: Network,
        rows: NDArray[np.float32],
        actions: list[int],
        values: NDArray[np.float32],
        chosen: int,
        pieces: int,
    ) -> Insight | None:
        """Explain the choice of an action; see `explain_move`. `pieces`: those placed before it."""
        outcome = self._outcome(network, values, pieces)
        insight = explain_move(network, rows, actions, values, chosen, outcome)
        if insight is None:
            self._pieces = -1
            return None if outcome is None else _ending(outcome)
        row = rows[actions.index(chosen), :NUM_FEATURES].copy()
        self._reward = self._reward_of(network, row, pieces)
        self._expected = insight.values[insight.chosen]
        self._row, self._pieces = row, pieces
        return insight

    def _reward_of(self, network: Network, row: NDArray[np.float32], pieces: int) -> float:
        is_known = not network.feature_rewards.any() or pieces == 0
        if not is_known and (self._pieces != pieces - 1 or self._env.garbage_every):
            return float("nan")
        return immediate_reward(network, row, None if pieces == 0 else self._row)

    def _outcome(self, network: Network, values: NDArray[np.float32], pieces: int) -> Outcome | None:
        """What came of the move before; None if that is not known, or if the player does not learn."""
        if self._pieces != pieces - 1 or np.isnan(self._reward) or len(network.layers) == 1:
            return None
        if not np.isnan(values).all():
            return Outcome(self._expected, self._reward, network.discount * float(np.nanmax(values)))
        penalty = self._env.game_over_penalty * REWARDS[self._env.reward].scale
        if not penalty:  # It is known only where the player is trained.
            return None
        return Outcome(self._expected, self._reward - network.discount * penalty, 0.0)


def _ending(outcome: Outcome) -> Insight:
    """The insight into a position without a surviving placement."""
    nothing = np.zeros((0, 0), np.float32)
    return Insight((), (), -1, nothing, nothing, outcome=outcome)
