"""What task is played: one frozen configuration, checked where it is made."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal, get_args

from tetris_arcade.engine.rules import check_choice, check_game

Features = Literal["afterstate", "classic"]
Reward = Literal["lines", "score", "shaped"]
Pieces = Literal["bag", "uniform"]


@dataclass(frozen=True)
class RewardShaping:
    """Penalties of the `shaped` reward, each per unit that the board's figure grew in the step.

    Source of the idea: potential-free shaping as used by placement-Tetris learners; the figures are ours.
    """

    holes: float = 1.0
    max_height: float = 0.2
    bumpiness: float = 0.1

    def __post_init__(self) -> None:
        for name in ("holes", "max_height", "bumpiness"):
            _check_finite(name, getattr(self, name))


@dataclass(frozen=True)
class EnvConfig:
    """A placement-Tetris task.

    features: what one row of the observation tells of one placement, see `tetris_arcade.engine.features`.
    reward: "lines" (lines cleared), "score" (10 * lines**2 + 1, the package's own), "shaped" (score less
    penalties). pieces: "bag" (seven-bag) or "uniform". height: rows of the board, 4..40. max_pieces: a game
    is truncated after this many pieces; None plays on. garbage_every: a row with one hole pushes up from
    below after every this many pieces; None never. game_over_penalty: taken from the reward of the step that
    ends the game, in every preset.

    Raises ValueError, which names the bound and the value, for what no task can be.
    """

    features: Features = "afterstate"
    reward: Reward = "lines"
    pieces: Pieces = "bag"
    height: int = 20
    max_pieces: int | None = None
    garbage_every: int | None = None
    game_over_penalty: float = 0.0
    shaping: RewardShaping = field(default_factory=RewardShaping)

    def __post_init__(self) -> None:
        check_choice("features", self.features, get_args(Features))
        check_choice("reward", self.reward, get_args(Reward))
        check_game(self.height, self.pieces, self.max_pieces, self.garbage_every)
        _check_finite("game_over_penalty", self.game_over_penalty)


def _check_finite(name: str, value: object) -> None:
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
