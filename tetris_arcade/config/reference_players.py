"""The reference players: one entry here is enough to play, duel and rank a new linear player."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ReferencePlayer:
    """A player that ships as a formula.

    `weights` are those of the weighted sum in `tetris_arcade.engine.linear_players`, in that order; a
    missing last weight is 0, and None plays any placement that survives. `mean_lines`, `median_lines`,
    `ci95_lines` and `tetris_share` are what `evaluate NAME --games 200 --height 10 --pieces uniform
    --max-pieces 50000 --seed 77` reports.
    """

    name: str
    description: str
    weights: tuple[float, ...] | None
    mean_lines: float
    median_lines: float
    ci95_lines: tuple[float, float]
    tetris_share: float


REFERENCE_PLAYERS: Mapping[str, ReferencePlayer] = {
    player.name: player
    for player in (
        ReferencePlayer(
            "dellacherie",
            "A hand-made formula with 6 numbers (Pierre Dellacherie, 2003).",
            (-1.0, 1.0, -1.0, -1.0, -4.0, -1.0),
            1_099.1,
            848.0,
            (963.1, 1_251.9),
            0.001,
        ),
        ReferencePlayer(
            "bcts",
            "A hand-made formula with 8 numbers, tuned by computer (Thiery & Scherrer, 2009).",
            (-12.629, 6.601974, -9.215815, -19.77356, -13.08335, -10.48747, -1.611863, -24.04087),
            1_216.3,
            893.0,
            (1_062.9, 1_380.8),
            0.001,
        ),
        ReferencePlayer(
            "random",
            "Plays any placement that keeps the game going.",
            None,
            0.135,
            0.0,
            (0.075, 0.2),
            0.0,
        ),
    )
}
