"""The games that a demo or a duel can play; the harder ones keep a strong player worth watching."""

from __future__ import annotations

from dataclasses import dataclass

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.languages import N_


@dataclass(frozen=True)
class Challenge:
    """A game with its name and one line of text, both to be translated."""

    name: str
    description: str
    env: EnvConfig


CHALLENGES: tuple[Challenge, ...] = (
    Challenge(
        N_("seven-bag"),
        N_("All seven pieces come once before any repeats. Ends after 2,500 pieces."),
        EnvConfig(max_pieces=2_500),
    ),
    Challenge(
        N_("random pieces"),
        N_("Fully random pieces: long waits and long runs."),
        EnvConfig(pieces="uniform", max_pieces=10_000),
    ),
    Challenge(
        N_("rising garbage"),
        N_("Every 8 pieces a row with one gap pushes up from below."),
        EnvConfig(garbage_every=8, max_pieces=2_500),
    ),
    Challenge(
        N_("low ceiling"),
        N_("Only 10 rows high, fully random pieces."),
        EnvConfig(pieces="uniform", height=10, max_pieces=10_000),
    ),
)
DUEL_CHALLENGE = 2
"""The index of a duel's first challenge: games with garbage end."""
