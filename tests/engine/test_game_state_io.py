from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import Batch, cautious_actions
from tetris_arcade.engine.game_state_io import load_games, save_games


def played_batch(seeds, moves=20, **rules):
    batch, generator = Batch(seeds, **rules), np.random.default_rng(0)
    for _ in range(moves):
        batch.step(cautious_actions(batch.observations, generator))
    return batch


@pytest.mark.parametrize("pieces", ["bag", "uniform"])
def test_loaded_state_resumes_exactly(pieces):
    batch, other = (
        played_batch(range(3), pieces=pieces, garbage_every=5),
        Batch(range(7, 10), pieces=pieces, garbage_every=5),
    )
    load_games(save_games(batch.games), other.games, other.rules)
    for k in range(60):
        actions = np.argmax(batch.masks()[1] * ((np.arange(40) * 7 + k) % 41), axis=1)
        assert (batch.step(actions)[0] == other.step(actions)[0]).all()
        assert (batch.observations == other.observations).all()


def test_saved_state_is_a_copy():
    batch = played_batch([1])
    saved = save_games(batch.games)
    before = {name: array.copy() for name, array in saved.items()}
    batch.step([20])
    assert all((saved[name] == before[name]).all() for name in saved)


def test_stored_names_stay_those_of_older_versions():
    names = set(save_games(Batch([1]).games))
    assert names == {
        "columns", "piece", "queue", "bag", "generator", "garbage",
        "lines", "pieces", "score", "fours", "reward", "begun",
    }  # fmt: skip


BAD_VALUES = {
    "columns": (1 << 20, r"saved columns must be 0..1048575, got \d+..1048576"),
    "piece": (7, r"saved piece must be 0..6, got \d..7"),
    "queue": (-1, "saved queue must be 0..6, got -1.."),
    "lines": (-5, "saved lines must be 0.."),
    "bag": (3, "saved bag must hold each piece once"),
}


@pytest.mark.parametrize("name", BAD_VALUES)
def test_invalid_values_are_rejected_and_change_nothing(name):
    batch = played_batch([1, 2])
    saved, before = save_games(batch.games), save_games(batch.games)
    value, message = BAD_VALUES[name]
    saved[name].reshape(2, -1)[1, :2] = value
    with pytest.raises(ValueError, match=message):
        load_games(saved, batch.games, batch.rules)
    assert all((array == before[name]).all() for name, array in save_games(batch.games).items())


@pytest.mark.parametrize("change", ["missing", "shape", "dtype"])
def test_arrays_that_do_not_fit_are_rejected(change):
    batch = played_batch([1, 2])
    saved = save_games(batch.games)
    saved["queue"] = {"shape": saved["queue"][:1], "dtype": saved["queue"].astype(np.int32), "missing": None}[
        change
    ]
    with pytest.raises(ValueError, match=r"saved queue must be \(2, 4\) int64, got"):
        load_games(saved, batch.games, batch.rules)
