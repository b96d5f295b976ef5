"""What is played, checked where it is said; free of numba, so that a viewer can read it."""

from __future__ import annotations

from typing import NamedTuple

from tetris_arcade.config.env import PIECES, check_choice, check_game
from tetris_arcade.config.rewards import REWARDS

BAG, UNIFORM = 0, 1


class Rules(NamedTuple):
    """What is played, as numbers for the kernels; 0 stands for "never" in max_pieces and garbage_every."""

    height: int
    randomizer: int
    max_pieces: int
    garbage_every: int
    reward: int
    game_over_penalty: float
    holes_penalty: float
    height_penalty: float
    bumpiness_penalty: float
    classic: bool


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
    """The kernels' rules from named settings; `shaping` is (holes, max height, bumpiness).

    Raises ValueError, which names the bound and the value, for what no game can be.
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
