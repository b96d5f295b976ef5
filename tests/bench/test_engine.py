from __future__ import annotations

import itertools

import numpy as np

from tetris_arcade.bench import engine
from tetris_arcade.bench.engine import bench_engine

NAMED = (
    "package_placements_per_second",
    "single_placements_per_second",
    "classic_placements_per_second",
    "afterstate_placements_per_second",
    "linear_player_pieces_per_second",
)


def test_it_gives_the_figures_that_are_promised_with_versions_and_machine(monkeypatch):
    monkeypatch.setattr(engine, "_MANY", 128)
    figures = bench_engine(0.07)
    assert all(figures[name] > 0 for name in NAMED)
    assert figures["two_threads_times_one"] > 0
    assert set(figures["versions"]) >= {"tetris-gymnasium", "numpy", "numba"}
    assert figures["processor"]


def test_all_contenders_play_the_same_games_of_a_fair_player():
    actions = engine._record_actions(4)
    assert actions.shape == (engine._MOVES, 4)
    assert (actions == engine._record_actions(4)).all()
    assert len(np.unique(actions)) > 30


def test_players_take_turns_and_count_what_they_play():
    turns = []

    def player(name):
        while True:
            turns.append(name)
            yield 1

    rates = engine._take_turns({"a": player("a"), "b": player("b")}, 0.001)
    assert [len(rate) for rate in rates.values()] == [engine._ROUNDS] * 2
    changes = sum(x != y for x, y in itertools.pairwise(turns[2:]))
    assert changes == 2 * engine._ROUNDS - 1
