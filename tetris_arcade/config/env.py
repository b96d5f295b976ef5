"""The task: one frozen configuration, validated when it is created."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from tetris_arcade.config.rewards import REWARDS

NUM_COLS = 10
MIN_HEIGHT, MAX_HEIGHT = 4, 40
PIECES = ("bag", "uniform")
FEATURE_SETS = ("afterstate", "classic")
RULE_SETS = ("package", "literature")
"""How a piece enters and when a game is lost. "package", as tetris-gymnasium has it: inside the board, and
lost if it collides there. "literature", as in papers on Tetris: from above the board, and lost if a cell is
left above the top row after full rows were cleared; the next piece is not known."""
_MAX_PIECES = 2**53


@dataclass(frozen=True)
class RewardShaping:
    """Penalties of the `shaped` reward, per unit by which the statistic of the board grew in the step.

    Placement-Tetris learners commonly use such shaping, which is not potential-based; the values are ours.
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

    features: the numbers in one row of the observation, see `tetris_arcade.config.features`. reward: a preset
    of `tetris_arcade.config.rewards`. pieces: "bag" (seven-bag) or "uniform". height: rows of the board,
    4..40. max_pieces: a game is truncated after this many pieces; None: no limit. garbage_every: number of
    pieces after which a row with one hole is pushed in from below; None: never. game_over_penalty: subtracted
    from the reward of the step that ends the game, in every preset. shaping: penalties of the shaped preset.

    Raises ValueError, naming the bound and the value, if a field is invalid.
    """

    features: str = "afterstate"
    reward: str = "lines"
    pieces: str = "bag"
    height: int = 20
    max_pieces: int | None = None
    garbage_every: int | None = None
    game_over_penalty: float = 0.0
    shaping: RewardShaping = field(default_factory=RewardShaping)

    def __post_init__(self) -> None:
        check_choice("features", self.features, FEATURE_SETS)
        check_choice("reward", self.reward, REWARDS)
        check_game(self.height, self.pieces, self.max_pieces, self.garbage_every)
        _check_finite("game_over_penalty", self.game_over_penalty)


def check_game(height: int, pieces: str, max_pieces: int | None, garbage_every: int | None) -> None:
    """Raise ValueError if no such game can be played."""
    check_choice("pieces", pieces, PIECES)
    if not isinstance(height, int) or not MIN_HEIGHT <= height <= MAX_HEIGHT:
        raise ValueError(f"height must be {MIN_HEIGHT}..{MAX_HEIGHT}, got {height!r}")
    for name, value in (("max_pieces", max_pieces), ("garbage_every", garbage_every)):
        if value is not None and (not isinstance(value, int) or not 1 <= value <= _MAX_PIECES):
            raise ValueError(f"{name} must be at least 1 or None, got {value!r}")


def check_choice(name: str, value: object, choices: Iterable[str]) -> None:
    """Raise ValueError unless `value` is one of `choices`."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}")


def _check_finite(name: str, value: object) -> None:
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
