"""The games that a demo or a duel can play; the harder ones keep a strong player worth watching."""

from __future__ import annotations

from dataclasses import dataclass

from tetris_arcade.config.env import EnvConfig


@dataclass(frozen=True)
class Challenge:
    """A game with its name and one line of text."""

    name: str
    description: str
    env: EnvConfig


CHALLENGES: tuple[Challenge, ...] = (
    Challenge(
        "seven-bag",
        "All seven pieces come once before any repeats. Ends after 2,500 pieces.",
        EnvConfig(max_pieces=2_500),
    ),
    Challenge(
        "random pieces",
        "Fully random pieces: long waits and long runs.",
        EnvConfig(pieces="uniform", max_pieces=10_000),
    ),
    Challenge(
        "rising garbage",
        "Every 8 pieces a row with one gap pushes up from below.",
        EnvConfig(garbage_every=8, max_pieces=2_500),
    ),
    Challenge(
        "low ceiling",
        "Only 10 rows high, fully random pieces.",
        EnvConfig(pieces="uniform", height=10, max_pieces=10_000),
    ),
)
DUEL_CHALLENGE = 2
"""The index of a duel's first challenge: games with garbage end."""
