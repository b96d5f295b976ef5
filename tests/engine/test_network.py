from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.engine import reference_rules as slow
from tests.engine.helpers import Batch, board_batch, cautious_actions
from tetris_arcade.engine.linear_players import BCTS, DELLACHERIE, play_linear
from tetris_arcade.engine.network import (
    linear_network,
    make_network,
    play_network,
    value_game,
    value_observations,
)
from tetris_arcade.engine.placements import FALLBACK_ACTION, new_scratch
from tetris_arcade.engine.tetromino import NUM_ACTIONS

DISCOUNT, DEAD_VALUE = 0.9, -50.0


def random_layers(*sizes, seed=0):
    generator = np.random.default_rng(seed)
    return [
        (
            generator.normal(size=(out, inputs)).astype(np.float32) / 5,
            generator.normal(size=out).astype(np.float32),
        )
        for inputs, out in pairwise(sizes)
    ]


def slow_values(layers, rows):
    """The network's values of (..., 21) rows, by matrix products."""
    x = np.asarray(rows, np.float64)
    for k, (weight, bias) in enumerate(layers):
        x = x @ weight.T.astype(np.float64) + bias
        x = np.maximum(x, 0) if k < len(layers) - 1 else x
    return x[..., 0]


def values_of(network, batch, lookahead=False, i=0):
    values = np.zeros(NUM_ACTIONS, np.float32)
    best = value_game(network, batch.games, batch.rules, i, lookahead, batch.scratch, new_scratch(), values)
    return values, best


@pytest.mark.parametrize("sizes", [(21, 1), (21, 7, 1), (21, 64, 64, 1), (21, 33, 10, 5, 1)])
def test_values_are_the_matrix_products_of_the_layers(sizes):
    layers = random_layers(*sizes)
    batch, generator = Batch(range(4)), np.random.default_rng(0)
    for _ in range(25):
        batch.step(cautious_actions(batch.observations, generator))
    values = np.zeros((4, NUM_ACTIONS), np.float32)
    value_observations(make_network(layers), batch.observations, values)
    alive = batch.observations[..., 21] == 1
    assert np.isnan(values[~alive]).all()
    expected = slow_values(layers, batch.observations[..., :21])[alive]
    np.testing.assert_allclose(values[alive], expected, rtol=1e-4, atol=1e-4)


def test_a_game_is_valued_as_its_observation_is():
    network = make_network(random_layers(21, 16, 1))
    batch, generator = Batch(range(3), height=8, garbage_every=4), np.random.default_rng(0)
    for _ in range(30):
        observed = np.zeros((3, NUM_ACTIONS), np.float32)
        value_observations(network, batch.observations, observed)
        for i in range(3):
            values, best = values_of(network, batch, i=i)
            np.testing.assert_array_equal(values, observed[i])
            assert best == (FALLBACK_ACTION if np.isnan(values).all() else np.nanargmax(values))
        batch.step(cautious_actions(batch.observations, generator))


@pytest.mark.parametrize("height", [6, 20])
def test_lookahead_is_worth_the_move_and_the_best_that_the_next_piece_can_do(height):
    layers, rewards = random_layers(21, 8, 1), (0.0, 1.0, 3.0, 5.0, 8.0)
    network = make_network(layers, line_rewards=rewards, discount=DISCOUNT, dead_value=DEAD_VALUE)
    batch, generator = Batch([height], height=height, pieces="uniform"), np.random.default_rng(1)
    for _ in range(4):
        batch.step(cautious_actions(batch.observations, generator))
    cells, piece = batch.cells(), int(batch.games.piece[0])
    following = [int(p) for p in batch.games.queue[0, :2]]
    values, best = values_of(network, batch, lookahead=True)
    for action in range(NUM_ACTIONS):
        placed = slow.afterstate(cells, piece, action)
        if placed is None or not slow.can_spawn(placed[0], following[0]):
            assert np.isnan(values[action])
            continue
        rows = slow.observation(placed[0], *following)
        after = slow_values(layers, rows[rows[:, 21] == 1, :21])
        expected = rewards[placed[1][20]] + DISCOUNT * after.max(initial=DEAD_VALUE)
        assert values[action] == pytest.approx(expected, rel=1e-4, abs=1e-4)
    assert values[best] == np.nanmax(values)


@pytest.mark.parametrize("seed", range(6))
def test_lookahead_knows_when_garbage_will_come(seed):
    """Its hole is not known: what survives has no cell at the top, and lets the next piece in."""
    layers = random_layers(21, 8, 1)
    network = make_network(layers, line_rewards=(0.0,) * 5, discount=1.0, dead_value=DEAD_VALUE)
    cells = slow.random_board(8, seed, density=0.8, skyline=0.9)
    batch = board_batch(cells, piece=4, next_piece=2, garbage_every=2)
    values, _ = values_of(network, batch, lookahead=True)
    for action in range(NUM_ACTIONS):
        placed = slow.afterstate(cells, 4, action)
        if placed is None or not slow.can_spawn(placed[0], 2):
            assert np.isnan(values[action])
            continue
        rows = slow.observation(placed[0], 2, int(batch.games.queue[0, 1]), garbage_is_due=True)
        after = slow_values(layers, rows[rows[:, 21] == 1, :21])
        assert values[action] == pytest.approx(after.max(initial=DEAD_VALUE), rel=1e-4, abs=1e-4)


def test_lookahead_sees_the_line_that_the_next_piece_will_clear():
    # An O fits the gap of two that is left; without it, the I that follows clears nothing.
    batch = board_batch(slow.board("######....", "######...."), piece=1, next_piece=1)
    _, best = values_of(linear_network(DELLACHERIE), batch, lookahead=True)
    after, _ = slow.afterstate(batch.cells(), 1, best)
    assert after[-2:, 6:8].all() or after[-2:, 8:].all()


@pytest.mark.parametrize("weights", [DELLACHERIE, BCTS])
def test_a_linear_player_is_the_same_as_a_network(weights):
    as_network, as_sum = Batch(range(3), height=12), Batch(range(3), height=12)
    play_network(
        linear_network(weights), as_network.games, as_network.rules, False, 80,
        np.ones(3, np.bool_), as_network.scratch, new_scratch(),
    )  # fmt: skip
    play_linear(as_sum.games, as_sum.rules, weights, 80, np.ones(3, np.bool_), as_sum.scratch)
    for a, b in zip(as_network.games, as_sum.games, strict=True):
        assert (a == b).all()


def test_lookahead_plays_better_than_without():
    lines = []
    for lookahead, games in ((False, 24), (True, 24)):
        batch = Batch(range(games), height=7, pieces="uniform")
        play_network(
            linear_network(DELLACHERIE), batch.games, batch.rules, lookahead, 400,
            np.ones(games, np.bool_), batch.scratch, new_scratch(),
        )  # fmt: skip
        lines.append(batch.games.lines.mean())
    assert lines[1] > 1.5 * lines[0]


def test_a_network_of_other_features_is_refused():
    with pytest.raises(ValueError, match="from 21 features to 1 value, got 13 to 1"):
        make_network(random_layers(13, 1))


def heights_of(cells):
    return np.where(cells.any(axis=0), len(cells) - cells.argmax(axis=0), 0)


@pytest.mark.parametrize(
    ("stack", "tower", "hidden"),
    [(3, 3, 0), (4, 4, 0), (5, 5, 1), (6, 13, 4), (9, 9, 5), (12, 12, 8), (14, 14, 10), (18, 18, 10)],
)
@pytest.mark.parametrize("lookahead", [False, True])
def test_a_higher_board_is_seen_through_a_window_four_tenths_full(stack, tower, hidden, lookahead):
    """Of ten rows, the mean column fills four; but for a tower a row stays free."""
    layers, high = random_layers(21, 8, 1), np.zeros((20, 10), np.bool_)
    high[20 - stack :] = np.random.default_rng(stack).random((stack, 10)) < 0.8
    high[20 - stack] = True
    high[20 - stack, 4] = False
    high[20 - tower :, 0] = True
    windowed = high[20 - hidden - 10 : 20 - hidden]
    assert hidden in (0, 10) or round(heights_of(high).mean() - 0.01) - hidden == 4 or tower - hidden == 9
    seen, best = values_of(make_network(layers, rows=10), board_batch(high, 4, 2), lookahead)
    meant, choice = values_of(make_network(layers), board_batch(windowed, 4, 2), lookahead)
    assert np.isfinite(meant).any() or stack == 18
    np.testing.assert_array_equal(seen, meant)
    assert best == choice


def test_a_board_as_high_as_the_one_learnt_on_or_lower_is_seen_whole():
    layers, cells = random_layers(21, 8, 1), slow.random_board(12, 3, density=0.8, skyline=0.9)
    whole, _ = values_of(make_network(layers), board_batch(cells, 4, 2))
    for rows in (12, 20):
        seen, _ = values_of(make_network(layers, rows=rows), board_batch(cells, 4, 2))
        np.testing.assert_array_equal(seen, whole)


def test_where_no_placement_stays_in_the_window_the_board_is_seen_whole():
    # Of four rows with garbage due, an I upright beside a stack of one leaves no room for the next.
    cells = slow.random_board(20, 3, density=0.9, skyline=1.0)
    cells[:11] = False
    cells[11] = np.arange(10) != 4
    layers = random_layers(21, 8, 1)
    window, whole = (
        values_of(make_network(layers), board_batch(board, 0, 0, garbage_every=1))
        for board in (cells[8:12], cells)
    )
    assert np.isnan(window[0]).all()
    seen, best = values_of(make_network(layers, rows=4), board_batch(cells, 0, 0, garbage_every=1))
    np.testing.assert_array_equal(seen, whole[0])
    assert best == whole[1]
    assert np.isfinite(seen[best])
