from __future__ import annotations

import numpy as np
import pytest

from tests.engine import reference_rules as slow
from tests.engine.helpers import Batch, board_batch, cautious_actions
from tetris_arcade.config.features import FEATURES
from tetris_arcade.engine.linear_players import BCTS, DELLACHERIE, play_linear

INPUTS = [
    [feature.name for feature in FEATURES].index(name)
    for name in (
        "landing_height", "eroded_cells", "row_transitions", "column_transitions",
        "holes", "wells", "hole_depth", "rows_with_holes",
    )
]  # fmt: skip


def play(batch, weights, pieces):
    running = np.ones(len(batch.rewards), np.bool_)
    played = play_linear(batch.games, batch.rules, weights, pieces, running, batch.scratch)
    return played, running


def slow_choice(observation, weights):
    values = np.where(observation[:, 21] == 1, observation[:, INPUTS].astype(float) @ weights, -np.inf)
    return int(np.flatnonzero(values == values.max())[0]) if np.isfinite(values.max()) else None


@pytest.mark.parametrize("weights", [DELLACHERIE, BCTS])
@pytest.mark.parametrize("height", [6, 10, 20])
def test_it_plays_the_lowest_action_of_the_greatest_sum_of_slow_features(weights, height):
    batch = Batch([height], height=height, pieces="uniform")
    for _ in range(25):
        cells, piece, next_piece = batch.cells(), int(batch.games.piece[0]), int(batch.games.queue[0, 0])
        choice = slow_choice(slow.observation(cells, piece, next_piece), weights)
        _, running = play(batch, weights, 1)
        if choice is None:
            assert not running[0]
            break
        after, _ = slow.afterstate(cells, piece, choice)
        assert (batch.cells() == after).all()


@pytest.mark.parametrize("weights", [DELLACHERIE, BCTS])
def test_among_equals_it_plays_the_lowest_action(weights):
    watched, playing = (Batch(range(40), height=12, pieces="uniform") for _ in range(2))
    ties = 0
    for _ in range(30):
        values = watched.observations[:, :, INPUTS].astype(float) @ weights
        values[watched.observations[:, :, 21] == 0] = -np.inf
        rows = [
            np.unique(rows[v == v.max()], axis=0)
            for rows, v in zip(watched.observations, values, strict=True)
        ]
        ties += sum(len(best) > 1 for best in rows)
        _, status = watched.step(values.argmax(axis=1))
        assert not status.any()
        play(playing, weights, 1)
        assert (watched.games.columns == playing.games.columns).all()
    assert ties > 20 or weights is BCTS


def test_many_pieces_at_once_are_the_same_as_one_at_a_time():
    at_once, singly = (
        Batch(range(4), height=10, pieces="uniform"),
        Batch(range(4), height=10, pieces="uniform"),
    )
    play(at_once, BCTS, 50)
    for _ in range(50):
        play(singly, BCTS, 1)
    for a, b in zip(at_once.games, singly.games, strict=True):
        assert (a == b).all()


def test_a_game_that_ended_is_left_as_it_ended():
    batch = Batch(range(3), height=4, pieces="uniform")
    _, running = play(batch, DELLACHERIE, 10_000)
    assert not running.any()
    pieces = batch.games.pieces.copy()
    played = play_linear(batch.games, batch.rules, DELLACHERIE, 10, running, batch.scratch)
    assert played == 0
    assert (batch.games.pieces == pieces).all()


def test_where_nothing_survives_it_drops_the_piece_as_it_entered_and_the_game_ends():
    batch = board_batch(slow.board(*["....##...."] * 18), piece=1, next_piece=1)
    blocked = board_batch(slow.board(*["###.######"] * 19 + ["##.#######"]), piece=1, next_piece=1)
    for each, alive in ((batch, True), (blocked, False)):
        assert each.masks()[1].any() == alive
        assert play(each, DELLACHERIE, 1)[1][0] == alive


def test_the_reference_players_are_as_strong_as_published_rules_allow():
    """Seven-bag pieces on 10x20: neither player dies within 2,500 pieces, which clear at most 1,000 lines."""
    for weights in (DELLACHERIE, BCTS):
        batch = Batch(range(10), max_pieces=2_500)
        play(batch, weights, 2_500)
        assert (batch.games.pieces == 2_500).all()
        assert (batch.games.lines >= 990).all()


def test_ten_by_ten_tells_the_players_apart():
    """Uniform pieces, 100 games: 1,009 +- 22 and 1,262 +- 27 lines were measured over 2,000 games each."""
    lines = {}
    for name, weights in (("dellacherie", DELLACHERIE), ("bcts", BCTS)):
        batch = Batch(range(100), height=10, pieces="uniform")
        play(batch, weights, 10**6)
        lines[name] = batch.games.lines.mean()
    assert 700 < lines["dellacherie"] < 1_350
    assert 850 < lines["bcts"] < 1_750


def test_random_play_dies_soon():
    batch, generator = Batch(range(50)), np.random.default_rng(0)
    ended = []
    for _ in range(60):
        _, status = batch.step(cautious_actions(batch.observations, generator, care=0.0))
        ended += batch.ended.pieces[status != 0].tolist()
    assert 20 < np.mean(ended) < 35
