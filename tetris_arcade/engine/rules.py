"""The rules of a game as checked numbers for the kernels; does not load numba."""

from __future__ import annotations

from typing import NamedTuple

from tetris_arcade.config.env import PIECES, RULE_SETS, check_choice, check_game
from tetris_arcade.config.rewards import REWARDS

BAG, UNIFORM = 0, 1
ENTRY_ROWS = 4
"""Rows above the board in which pieces enter under the literature's rules."""


class Rules(NamedTuple):
    """The rules of a game as numbers; 0 means "never" in max_pieces and garbage_every."""

    height: int  # with the rows above the board, if there are any
    randomizer: int
    max_pieces: int
    garbage_every: int
    reward: int  # RewardSpec.kernel
    game_over_penalty: float
    holes_penalty: float
    height_penalty: float
    bumpiness_penalty: float
    classic: bool  # which features are observed
    literature: bool  # pieces enter above the board, and the next one is unknown

    @property
    def board_height(self) -> int:
        """Rows of the board, without those above it."""
        return self.height - (ENTRY_ROWS if self.literature else 0)

    @property
    def rule_set(self) -> str:
        """One of `config.env.RULE_SETS`."""
        return "literature" if self.literature else "package"


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
    rule_set: str = "package",
) -> Rules:
    """Make the kernels' rules from named settings; `shaping` is (holes, max height, bumpiness).

    rule_set: see `config.env.RULE_SETS`.
    Raises ValueError, naming the bound and the value, if a setting is invalid.
    """
    check_game(height, pieces, max_pieces, garbage_every)
    check_choice("reward", reward, REWARDS)
    check_choice("rules", rule_set, RULE_SETS)
    literature = rule_set == "literature"
    if literature and garbage_every:
        raise ValueError("the literature's rules have no garbage")
    holes, max_height, bumpiness = shaping
    return Rules(
        height=int(height) + (ENTRY_ROWS if literature else 0),
        randomizer=PIECES.index(pieces),
        max_pieces=max_pieces or 0,
        garbage_every=garbage_every or 0,
        reward=REWARDS[reward].kernel,
        game_over_penalty=float(game_over_penalty),
        holes_penalty=float(holes),
        height_penalty=float(max_height),
        bumpiness_penalty=float(bumpiness),
        classic=bool(classic),
        literature=literature,
    )
