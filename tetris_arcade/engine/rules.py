"""What is played, checked where it is said; free of numba, so that a viewer can read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tetris_arcade.engine.tetromino import MAX_HEIGHT, MIN_HEIGHT

BAG, UNIFORM = 0, 1
LINES, SCORE, SHAPED = 0, 1, 2
PIECES = ("bag", "uniform")
REWARDS = ("lines", "score", "shaped")


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
        reward=REWARDS.index(reward),
        game_over_penalty=float(game_over_penalty),
        holes_penalty=float(holes),
        height_penalty=float(max_height),
        bumpiness_penalty=float(bumpiness),
        classic=bool(classic),
    )


def check_game(height: int, pieces: str, max_pieces: int | None, garbage_every: int | None) -> None:
    """Raise ValueError unless such a game can be played."""
    check_choice("pieces", pieces, PIECES)
    if not isinstance(height, int) or not MIN_HEIGHT <= height <= MAX_HEIGHT:
        raise ValueError(f"height must be {MIN_HEIGHT}..{MAX_HEIGHT}, got {height!r}")
    for name, value in (("max_pieces", max_pieces), ("garbage_every", garbage_every)):
        if value is not None and (not isinstance(value, int) or not 1 <= value <= 2**53):
            raise ValueError(f"{name} must be at least 1 or None, got {value!r}")


def check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Raise ValueError unless `value` is one of `choices`."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {value!r}")
