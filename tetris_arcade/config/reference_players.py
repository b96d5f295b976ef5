"""The reference players: one entry adds a linear player everywhere (demo, duel, evaluation, leaderboard)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tetris_arcade.config.evaluation import STANDARD_TEST, STANDARD_TEST_SEED, Evaluation
from tetris_arcade.languages import N_


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
    """The result of `evaluate NAME`: the standard test."""
    return Evaluation(
        games=STANDARD_TEST.games,
        mean_lines=mean_lines,
        median_lines=median_lines,
        ci95_lines=ci95_lines,
        capped_games=0,
        seed=STANDARD_TEST_SEED,
        max_pieces=STANDARD_TEST.max_pieces,
        pieces=STANDARD_TEST.pieces,
        height=STANDARD_TEST.height,
        share_of_fours=share_of_fours,
    )


REFERENCE_PLAYERS: Mapping[str, ReferencePlayer] = {
    player.name: player
    for player in (
        ReferencePlayer(
            "dellacherie",
            N_("A hand-made formula with 6 numbers (Pierre Dellacherie, 2003)."),
            (-1.0, 1.0, -1.0, -1.0, -4.0, -1.0),
            _measured(1_064.2, 835.5, (871.2, 1_260.6), share_of_fours=0.0004),
        ),
        ReferencePlayer(
            "bcts",
            N_("A hand-made formula with 8 numbers, tuned by computer (Thiery & Scherrer, 2009)."),
            (-12.629, 6.601974, -9.215815, -19.77356, -13.08335, -10.48747, -1.611863, -24.04087),
            _measured(1_277.6, 1_121.0, (1_081.1, 1_476.3), share_of_fours=0.0014),
        ),
        ReferencePlayer(
            "dt10",
            N_("A hand-made formula with 9 numbers, learned by computer on 10 rows (Scherrer et al., 2015)."),
            (-218, 242, -217, -331, 95, -222, -81, -965, 127),
            _measured(1_737.6, 1_145.5, (1_378.1, 2_154.4), share_of_fours=0.0008),
        ),
        ReferencePlayer(
            "dt20",
            N_("A hand-made formula with 9 numbers, learned by computer on 20 rows (Scherrer et al., 2015)."),
            (-268, 138, -241, -632, 203, -271, -43, -948, 89),
            _measured(1_393.4, 994.0, (1_147.8, 1_692.2), share_of_fours=0.0012),
        ),
        ReferencePlayer(
            "random",
            N_("Plays any placement that keeps the game going."),
            None,
            _measured(0.12, 0.0, (0.05, 0.22), share_of_fours=0.0),
        ),
    )
}
