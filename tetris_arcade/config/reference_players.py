"""The reference players: one entry adds a linear player everywhere (demo, duel, evaluation, leaderboard)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tetris_arcade.config.evaluation import Evaluation


@dataclass(frozen=True)
class ReferencePlayer:
    """A player that ships as a formula.

    `weights` are those of the weighted sum in `tetris_arcade.engine.linear_players`, in that order: landing
    height, eroded cells, row transitions, column transitions, holes, wells, hole depth, rows with holes,
    pattern diversity. Missing last weights are 0; None plays a random surviving placement. A positive common
    factor changes no choice: weights that are published with two decimals are given in hundredths, so that
    their sums are exact and ties are broken in the same way in float32 and float64.
    """

    name: str
    description: str
    weights: tuple[float, ...] | None
    evaluation: Evaluation


def _measured(
    mean_lines: float, median_lines: float, ci95_lines: tuple[float, float], share_of_fours: float
) -> Evaluation:
    """The result of `evaluate NAME --games 200 --height 10 --pieces uniform --max-pieces 50000 --seed 77`."""
    return Evaluation(
        games=200,
        mean_lines=mean_lines,
        median_lines=median_lines,
        ci95_lines=ci95_lines,
        capped_games=0,
        seed=77,
        max_pieces=50_000,
        pieces="uniform",
        height=10,
        share_of_fours=share_of_fours,
    )


REFERENCE_PLAYERS: Mapping[str, ReferencePlayer] = {
    player.name: player
    for player in (
        ReferencePlayer(
            "dellacherie",
            "A hand-made formula with 6 numbers (Pierre Dellacherie, 2003).",
            (-1.0, 1.0, -1.0, -1.0, -4.0, -1.0),
            _measured(1_099.1, 848.0, (963.1, 1_251.9), share_of_fours=0.001),
        ),
        ReferencePlayer(
            "bcts",
            "A hand-made formula with 8 numbers, tuned by computer (Thiery & Scherrer, 2009).",
            (-12.629, 6.601974, -9.215815, -19.77356, -13.08335, -10.48747, -1.611863, -24.04087),
            _measured(1_216.3, 893.0, (1_062.9, 1_380.8), share_of_fours=0.001),
        ),
        ReferencePlayer(
            "dt10",
            "A hand-made formula with 9 numbers, learned by computer on 10 rows (Scherrer et al., 2015).",
            (-218, 242, -217, -331, 95, -222, -81, -965, 127),
            _measured(1_573.3, 958.0, (1_338.7, 1_825.9), share_of_fours=0.001),
        ),
        ReferencePlayer(
            "dt20",
            "A hand-made formula with 9 numbers, learned by computer on 20 rows (Scherrer et al., 2015).",
            (-268, 138, -241, -632, 203, -271, -43, -948, 89),
            _measured(1_499.4, 1_107.5, (1_311.3, 1_698.8), share_of_fours=0.001),
        ),
        ReferencePlayer(
            "random",
            "Plays any placement that keeps the game going.",
            None,
            _measured(0.115, 0.0, (0.065, 0.17), share_of_fours=0.0),
        ),
    )
}
