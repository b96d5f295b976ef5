from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.engine import reference_rules as reference
from tests.engine.helpers import INDEX, SURVIVES, Batch, board_batch, cautious_actions
from tetris_arcade.config.features import NUM_FEATURES
from tetris_arcade.engine.linear_players import LINEAR_WEIGHTS, play_linear
from tetris_arcade.engine.network import (
    linear_network,
    make_network,
    play_network,
    value_game,
    value_observations,
)
from tetris_arcade.engine.placements import new_workspace
from tetris_arcade.engine.tetromino import FALLBACK_ACTION, NUM_ACTIONS

DISCOUNT, DEAD_VALUE = 0.9, -50.0
DELLACHERIE = LINEAR_WEIGHTS["dellacherie"]


def random_layers(*sizes, seed=0):
    generator = np.random.default_rng(seed)
    return [
        (
            generator.normal(size=(out, inputs)).astype(np.float32) / 5,
            generator.normal(size=out).astype(np.float32),
        )
        for inputs, out in pairwise(sizes)
    ]


def reference_values(layers, rows):
    """The network's values of (..., NUM_FEATURES) rows, by matrix products."""
    x = np.asarray(rows, np.float64)
    for k, (weight, bias) in enumerate(layers):
        x = x @ weight.T.astype(np.float64) + bias
        x = np.maximum(x, 0) if k < len(layers) - 1 else x
    return x[..., 0]


def value_batch(network, batch, lookahead=False, i=0):
    values = np.zeros(NUM_ACTIONS, np.float32)
    best = value_game(
        network, batch.games, batch.rules, i, lookahead, batch.workspace, new_workspace(), values
    )
    return values, best


@pytest.mark.parametrize("sizes", [(1,), (7, 1), (64, 64, 1), (33, 10, 5, 1)])
def test_values_equal_matrix_products(sizes):
    layers = random_layers(NUM_FEATURES, *sizes)
    batch, generator = Batch(range(4)), np.random.default_rng(0)
    for _ in range(25):
        batch.step(cautious_actions(batch.observations, generator))
    values = np.zeros((4, NUM_ACTIONS), np.float32)
    value_observations(make_network(layers), batch.observations, values)
    surviving = batch.observations[..., SURVIVES] == 1
    assert np.isnan(values[~surviving]).all()
    expected = reference_values(layers, batch.observations[..., :NUM_FEATURES])[surviving]
    np.testing.assert_allclose(values[surviving], expected, rtol=1e-4, atol=1e-4)


def test_game_and_observation_have_equal_values():
    network = make_network(random_layers(NUM_FEATURES, 16, 1))
    batch, generator = Batch(range(3), height=8, garbage_every=4), np.random.default_rng(0)
    for _ in range(30):
        observed = np.zeros((3, NUM_ACTIONS), np.float32)
        value_observations(network, batch.observations, observed)
        for i in range(3):
            values, best = value_batch(network, batch, i=i)
            np.testing.assert_array_equal(values, observed[i])
            assert best == (FALLBACK_ACTION if np.isnan(values).all() else np.nanargmax(values))
        batch.step(cautious_actions(batch.observations, generator))


@pytest.mark.parametrize("height", [6, 20])
def test_lookahead_adds_reward_and_best_next_value(height):
    layers, rewards = random_layers(NUM_FEATURES, 8, 1), (0.0, 1.0, 3.0, 5.0, 8.0)
    network = make_network(layers, line_rewards=rewards, discount=DISCOUNT, dead_value=DEAD_VALUE)
    batch, generator = Batch([height], height=height, pieces="uniform"), np.random.default_rng(1)
    for _ in range(4):
        batch.step(cautious_actions(batch.observations, generator))
    cells, piece = batch.cells(), int(batch.games.piece[0])
    following = [int(p) for p in batch.games.queue[0, :2]]
    values, best = value_batch(network, batch, lookahead=True)
    for action in range(NUM_ACTIONS):
        placed = reference.afterstate(cells, piece, action)
        if placed is None or not reference.can_spawn(placed[0], following[0]):
            assert np.isnan(values[action])
            continue
        rows = reference.observation(placed[0], *following)
        after = reference_values(layers, rows[rows[:, SURVIVES] == 1, :NUM_FEATURES])
        expected = rewards[placed[1][INDEX["lines"]]] + DISCOUNT * after.max(initial=DEAD_VALUE)
        assert values[action] == pytest.approx(expected, rel=1e-4, abs=1e-4)
    assert values[best] == np.nanmax(values)


@pytest.mark.parametrize("seed", range(6))
def test_lookahead_knows_when_garbage_is_due(seed):
    """The hole is unknown: to survive, the top row must be empty and the next piece must be able to spawn."""
    layers = random_layers(NUM_FEATURES, 8, 1)
    network = make_network(layers, line_rewards=(0.0,) * 5, discount=1.0, dead_value=DEAD_VALUE)
    cells = reference.random_board(8, seed, density=0.8, skyline=0.9)
    batch = board_batch(cells, piece=4, next_piece=2, garbage_every=2)
    values, _ = value_batch(network, batch, lookahead=True)
    for action in range(NUM_ACTIONS):
        placed = reference.afterstate(cells, 4, action)
        if placed is None or not reference.can_spawn(placed[0], 2):
            assert np.isnan(values[action])
            continue
        rows = reference.observation(placed[0], 2, int(batch.games.queue[0, 1]), garbage_due=True)
        after = reference_values(layers, rows[rows[:, SURVIVES] == 1, :NUM_FEATURES])
        assert values[action] == pytest.approx(after.max(initial=DEAD_VALUE), rel=1e-4, abs=1e-4)


def test_lookahead_prepares_the_next_line_clear():
    # An O in the gap leaves a gap of two for the next O; any other placement clears nothing.
    batch = board_batch(reference.board("######....", "######...."), piece=1, next_piece=1)
    _, best = value_batch(linear_network(DELLACHERIE), batch, lookahead=True)
    after, _ = reference.afterstate(batch.cells(), 1, best)
    assert after[-2:, 6:8].all() or after[-2:, 8:].all()


@pytest.mark.parametrize("name", LINEAR_WEIGHTS)
@pytest.mark.parametrize("pieces", ["bag", "uniform"])
def test_linear_player_and_its_network_choose_alike(name, pieces):
    weights, games = LINEAR_WEIGHTS[name], 20
    as_network, as_sum = (Batch(range(games), height=12, pieces=pieces) for _ in range(2))
    play_network(
        linear_network(weights), as_network.games, as_network.rules, False, 2_000,
        np.ones(games, np.bool_), as_network.workspace, new_workspace(),
    )  # fmt: skip
    play_linear(as_sum.games, as_sum.rules, weights, 2_000, np.ones(games, np.bool_), as_sum.workspace)
    for a, b in zip(as_network.games, as_sum.games, strict=True):
        assert (a == b).all()


def test_lookahead_plays_better():
    lines = []
    for lookahead, games in ((False, 24), (True, 24)):
        batch = Batch(range(games), height=7, pieces="uniform")
        play_network(
            linear_network(DELLACHERIE), batch.games, batch.rules, lookahead, 400,
            np.ones(games, np.bool_), batch.workspace, new_workspace(),
        )  # fmt: skip
        lines.append(batch.games.lines.mean())
    assert lines[1] > 1.5 * lines[0]


def test_network_of_other_features_is_rejected():
    with pytest.raises(ValueError, match=f"from {NUM_FEATURES} features to 1 value, got 13 to 1"):
        make_network(random_layers(13, 1))


@pytest.mark.parametrize("lookahead", [False, True])
def test_diversity_is_added_to_the_value(lookahead):
    layers, cells = random_layers(NUM_FEATURES, 8, 1), reference.random_board(20, 5, density=0.9, skyline=0.5)
    batch = board_batch(cells, piece=4, next_piece=2)
    following = [2, int(batch.games.queue[0, 1])]
    network = make_network(layers, line_rewards=(0.0,) * 5, discount=1.0, diversity_weight=3.0)
    values, _ = value_batch(network, batch, lookahead)

    def expected(cells, piece, next_piece):
        rows = reference.observation(cells, piece, next_piece)
        surviving = np.flatnonzero(rows[:, SURVIVES])
        boards = {action: reference.afterstate(cells, piece, action)[0] for action in surviving.tolist()}
        values = reference_values(layers, rows[:, :NUM_FEATURES])
        return boards, {
            a: values[a] + 3.0 * reference.pattern_diversity(board.tolist()) for a, board in boards.items()
        }

    boards, now = expected(cells, 4, 2)
    assert np.flatnonzero(np.isfinite(values)).tolist() == sorted(boards)
    for action, board in boards.items():
        value = max(expected(board, *following)[1].values()) if lookahead else now[action]
        assert values[action] == pytest.approx(value, rel=1e-4, abs=1e-4)


def column_heights(cells):
    return np.where(cells.any(axis=0), len(cells) - cells.argmax(axis=0), 0)


@pytest.mark.parametrize(
    ("stack", "tower", "hidden"),
    [(3, 3, 0), (4, 4, 0), (5, 5, 1), (6, 13, 4), (9, 9, 5), (12, 12, 8), (14, 14, 10), (18, 18, 10)],
)
@pytest.mark.parametrize("lookahead", [False, True])
def test_window_follows_the_stack_on_a_higher_board(stack, tower, hidden, lookahead):
    """The mean column fills four of ten rows, unless a tower would then not leave a row free."""
    layers, high = random_layers(NUM_FEATURES, 8, 1), np.zeros((20, 10), np.bool_)
    high[20 - stack :] = np.random.default_rng(stack).random((stack, 10)) < 0.8
    high[20 - stack] = True
    high[20 - stack, 4] = False
    high[20 - tower :, 0] = True
    windowed = high[20 - hidden - 10 : 20 - hidden]
    assert hidden in (0, 10) or round(column_heights(high).mean() - 0.01) - hidden == 4 or tower - hidden == 9
    seen, best = value_batch(make_network(layers, window_rows=10), board_batch(high, 4, 2), lookahead)
    expected, choice = value_batch(make_network(layers), board_batch(windowed, 4, 2), lookahead)
    assert np.isfinite(expected).any() or stack == 18
    np.testing.assert_array_equal(seen, expected)
    assert best == choice


def test_lower_board_is_seen_whole():
    layers, cells = random_layers(NUM_FEATURES, 8, 1), reference.random_board(12, 3, density=0.8, skyline=0.9)
    whole, _ = value_batch(make_network(layers), board_batch(cells, 4, 2))
    for rows in (12, 20):
        seen, _ = value_batch(make_network(layers, window_rows=rows), board_batch(cells, 4, 2))
        np.testing.assert_array_equal(seen, whole)


def test_whole_board_is_seen_if_no_placement_fits_the_window():
    # With four rows and garbage due, an upright I beside a stack of one leaves no room for the next piece.
    cells = reference.random_board(20, 3, density=0.9, skyline=1.0)
    cells[:11] = False
    cells[11] = np.arange(10) != 4
    layers = random_layers(NUM_FEATURES, 8, 1)
    window, whole = (
        value_batch(make_network(layers), board_batch(board, 0, 0, garbage_every=1))
        for board in (cells[8:12], cells)
    )
    assert np.isnan(window[0]).all()
    seen, best = value_batch(make_network(layers, window_rows=4), board_batch(cells, 0, 0, garbage_every=1))
    np.testing.assert_array_equal(seen, whole[0])
    assert best == whole[1]
    assert np.isfinite(seen[best])
