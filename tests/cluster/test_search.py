"""The searcher: what it draws depends on the seed and the trial's number; early stopping."""

from __future__ import annotations

import pytest

from tetris_arcade.cluster.spec import SweepSpec, parse_spec

pytest.importorskip("optuna", reason="the extra cluster is not installed")

from tetris_arcade.cluster.search import Search

_SPACE = """
trials = 9
steps = 1000
evaluations = 9
[space]
learning_rate = { log_uniform = [2e-4, 5e-3] }
n_steps = { integers = [1, 5] }
net_arch = [[64, 64], [32], [16, 16]]
"""


def _spec(more: str = "") -> SweepSpec:
    return parse_spec((_SPACE + more).encode())


def test_values_are_in_the_space() -> None:
    search = Search(_spec())
    drawn = [search.suggest() for _ in range(9)]
    assert all(2e-4 <= values["learning_rate"] <= 5e-3 for values in drawn)
    assert all(values["net_arch"] in ([64, 64], [32], [16, 16]) for values in drawn)
    assert len({values["learning_rate"] for values in drawn}) == 9


def test_a_resumed_search_draws_what_it_would_have_drawn() -> None:
    search, resumed = Search(_spec()), Search(_spec())
    drawn = [search.suggest() for _ in range(6)]
    assert [resumed.suggest(values) for values in drawn[:3]] == drawn[:3]
    assert [resumed.suggest() for _ in range(3)] == drawn[3:]


def test_another_seed_draws_something_else() -> None:
    assert Search(_spec()).suggest() != Search(parse_spec(("seed = 5" + _SPACE).encode())).suggest()


def test_only_the_best_third_goes_on() -> None:
    search = Search(_spec("[early_stopping]\nreduction = 3\n"))
    for _ in range(6):
        search.suggest()
    scores = [30.0, 10.0, 20.0, 40.0, 35.0, 5.0]
    assert [search.report(number, 1, score) for number, score in enumerate(scores)] == [
        True, False, False, True, False, False,
    ]  # fmt: skip
    assert search.report(3, 2, 41.0)  # There is no decision before the third evaluation.


def test_without_early_stopping_every_trial_goes_on() -> None:
    search = Search(_spec())
    for number in range(4):
        search.suggest()
        assert search.report(number, 1, float(-number))
