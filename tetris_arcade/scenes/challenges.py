"""The games that a demo or a duel plays; the harder ones keep a strong player worth watching."""

from __future__ import annotations

from dataclasses import dataclass

from tetris_arcade.envs.config import EnvConfig


@dataclass(frozen=True)
class Challenge:
    """A named game."""

    name: str
    env: EnvConfig


CHALLENGES: tuple[Challenge, ...] = (
    Challenge("seven-bag", EnvConfig(max_pieces=2_500)),
    Challenge("uniform pieces", EnvConfig(pieces="uniform", max_pieces=10_000)),
    Challenge("rising garbage", EnvConfig(garbage_every=8, max_pieces=2_500)),
    Challenge("low ceiling", EnvConfig(pieces="uniform", height=10, max_pieces=10_000)),
)
