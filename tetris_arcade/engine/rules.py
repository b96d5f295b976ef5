"""The rules of a game as checked numbers for the kernels; does not load numba."""

from __future__ import annotations

from typing import NamedTuple

from tetris_arcade.config.env import PIECES, check_choice, check_game
from tetris_arcade.config.rewards import REWARDS

BAG, UNIFORM = 0, 1


class Rules(NamedTuple):
    """The rules of a game as numbers; 0 means "never" in max_pieces and garbage_every."""

    height: int
    randomizer: int
    max_pieces: int
    garbage_every: int
    reward: int  # RewardSpec.kernel
    game_over_penalty: float
    holes_penalty: float
    height_penalty: float
    bumpiness_penalty: float
    classic: bool  # which features are observed


def make_rules(
    *,
    height: int = 20,
    pieces: str = "bag",
    max_pieces: int | None = None,
    garbage_every: int | None = None,
    reward: str = "score",
    game_over_penalty: float = 0.0,
    shaping: tuple[float, float, float] = (0.0, 0.0, 0.0),
    classic: bool = False,
) -> Rules:
    """Make the kernels' rules from named settings; `shaping` is (holes, max height, bumpiness).

    Raises ValueError, naming the bound and the value, if a setting is invalid.
    """
    check_game(height, pieces, max_pieces, garbage_every)
    check_choice("reward", reward, REWARDS)
    holes, max_height, bumpiness = shaping
    return Rules(
        height=int(height),
        randomizer=PIECES.index(pieces),
        max_pieces=max_pieces or 0,
        garbage_every=garbage_every or 0,
        reward=REWARDS[reward].kernel,
        game_over_penalty=float(game_over_penalty),
        holes_penalty=float(holes),
        height_penalty=float(max_height),
        bumpiness_penalty=float(bumpiness),
        classic=bool(classic),
    )
