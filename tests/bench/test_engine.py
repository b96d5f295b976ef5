from __future__ import annotations

import itertools

import numpy as np

from tetris_arcade.bench import engine
from tetris_arcade.bench.engine import bench_engine

RATES = (
    "package_placements_per_second",
    "single_placements_per_second",
    "classic_placements_per_second",
    "afterstate_placements_per_second",
    "bare_placements_per_second",
    "linear_player_pieces_per_second",
)


def test_report_has_rates_versions_and_processor(monkeypatch):
    monkeypatch.setattr(engine, "_MANY_ENVS", 128)
    report = bench_engine(0.07)
    assert all(report[name] > 0 for name in RATES)
    assert report["two_threads_times_one"] > 0
    assert set(report["versions"]) >= {"tetris-gymnasium", "numpy", "numba"}
    assert report["processor"]


def test_recorded_actions_are_reproducible():
    actions = engine._record_actions(4)
    assert actions.shape == (engine._MOVES, 4)
    assert (actions == engine._record_actions(4)).all()
    assert len(np.unique(actions)) > 30


def test_contenders_take_turns():
    turns = []

    def contender(name):
        while True:
            turns.append(name)
            yield 1

    rates = engine._take_turns({"a": contender("a"), "b": contender("b")}, 0.001)
    assert [len(rate) for rate in rates.values()] == [engine._ROUNDS] * 2
    changes = sum(x != y for x, y in itertools.pairwise(turns[2:]))
    assert changes == 2 * engine._ROUNDS - 1
