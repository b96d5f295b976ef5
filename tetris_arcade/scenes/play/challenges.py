"""The games that a demo or a duel plays; the harder ones keep a strong player worth watching."""

from __future__ import annotations

from dataclasses import dataclass

from tetris_arcade.config.env import EnvConfig


@dataclass(frozen=True)
class Challenge:
    """A named game."""

    name: str
    about: str
    env: EnvConfig


CHALLENGES: tuple[Challenge, ...] = (
    Challenge("seven-bag", "Each piece once in seven, up to 2,500 of them.", EnvConfig(max_pieces=2_500)),
    Challenge(
        "uniform pieces",
        "Any piece, any time: droughts and floods.",
        EnvConfig(pieces="uniform", max_pieces=10_000),
    ),
    Challenge(
        "rising garbage",
        "After every eight pieces a row with one hole rises from below.",
        EnvConfig(garbage_every=8, max_pieces=2_500),
    ),
    Challenge(
        "low ceiling",
        "Ten rows in all, and any piece at any time.",
        EnvConfig(pieces="uniform", height=10, max_pieces=10_000),
    ),
)
DUEL_CHALLENGE = 2
"""Which of them a duel begins with: one that ends."""
