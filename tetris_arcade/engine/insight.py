"""What a player makes of a position: the best placements, what each feature says for the chosen one, and how
the move before turned out. `training.move_insight` computes it, the screen shows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.features import NUM_FEATURES

NUM_REASONS = NUM_FEATURES + 1
"""The features, and the pattern diversity that some linear players weigh."""
MAX_CANDIDATES = 6
"""The five best placements, and the chosen one if it is none of them."""
MAX_LAYERS, MAX_UNITS = 5, 128
"""Of the hidden layers, and of the units of one that are shown."""


@dataclass(frozen=True)
class Outcome:
    """What a move was expected to be worth, and what it was worth, by the same network.

    expected: the value of the placement. reward: what it earned at once, as the learner counts it. to_come:
    the discounted value of the best placement after it.
    """

    expected: float
    reward: float
    to_come: float

    @property
    def got(self) -> float:
        return self.reward + self.to_come

    @property
    def correction(self) -> float:
        """The one-step temporal-difference error: what the value should change by."""
        return self.got - self.expected


@dataclass(frozen=True, eq=False)
class Insight:
    """n placements of a piece, the best first, and the chosen one among them.

    actions: (n,) distinct placements. values: (n,). chosen: an index. features, contributions: (n,
    NUM_REASONS) float32: the features of each afterstate, and what each contributes to the chosen one's value
    less this one's; they sum to the gap. units: per hidden layer, up to MAX_UNITS outputs for the chosen
    placement. weights: (NUM_REASONS,) of a weighted sum, otherwise None. outcome: of the move before, None if
    it is not known. If no placement survives, n is 0, and there is only an outcome.
    """

    actions: tuple[int, ...]
    values: tuple[float, ...]
    chosen: int
    features: NDArray[np.float32]
    contributions: NDArray[np.float32]
    units: tuple[NDArray[np.float32], ...] = ()
    weights: NDArray[np.float32] | None = None
    outcome: Outcome | None = None

    def gap(self, other: int) -> float:
        """The chosen placement's value less that of another, by its index."""
        return self.values[self.chosen] - self.values[other]
