"""The score of a trial."""

from __future__ import annotations

import numpy as np

from tetris_arcade.cluster.scoring import score_seeds


def test_the_score_is_the_median_of_the_seeds_means() -> None:
    score = score_seeds([[1, 3], [10, 10], [100, 300]])
    assert score.value == 10.0
    assert score.low < 10.0 < score.high


def test_equal_games_have_no_interval() -> None:
    assert str(score_seeds([[7] * 20] * 3)) == "7.0 (7.0 to 7.0)"


def test_the_interval_narrows_with_the_games() -> None:
    generator = np.random.default_rng(1)
    few, many = (score_seeds([generator.exponential(100.0, games)]) for games in (10, 1_000))
    assert many.high - many.low < (few.high - few.low) / 3
