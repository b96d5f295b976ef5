from __future__ import annotations

import numpy as np
import pytest

from tests.engine import reference_rules as reference
from tests.engine.helpers import INDEX, SURVIVES, Batch, board_batch, cautious_actions
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS
from tetris_arcade.engine.jit import kernel
from tetris_arcade.engine.linear_players import (
    DIVERSITY,
    LINEAR_INPUTS,
    LINEAR_WEIGHTS,
    NUM_WEIGHTS,
    pattern_diversity,
    play_linear,
)

INPUTS = [INDEX[name] for name in LINEAR_INPUTS]
PLAYERS = sorted(LINEAR_WEIGHTS)
DELLACHERIE, BCTS = LINEAR_WEIGHTS["dellacherie"], LINEAR_WEIGHTS["bcts"]


def play(batch, weights, pieces):
    running = np.ones(len(batch.rewards), np.bool_)
    played = play_linear(batch.games, batch.rules, weights, pieces, running, batch.workspace)
    return played, running


def reference_values(cells, observation, piece, weights):
    """Values of the 40 placements in float64, -inf if one does not survive."""
    values = np.full(len(observation), -np.inf)
    for action in np.flatnonzero(observation[:, SURVIVES]).tolist():
        after, _ = reference.afterstate(cells, piece, action)
        values[action] = observation[action, INPUTS].astype(float) @ weights[:DIVERSITY]
        values[action] += weights[DIVERSITY] * reference.pattern_diversity(after.tolist())
    return values


def test_registry_names_every_linear_player():
    assert {name for name, player in REFERENCE_PLAYERS.items() if player.weights} == set(PLAYERS)
    assert all(weights.shape == (NUM_WEIGHTS,) for weights in LINEAR_WEIGHTS.values())
    assert [name for name in PLAYERS if LINEAR_WEIGHTS[name][DIVERSITY]] == ["dt10", "dt20"]


@kernel
def _count_patterns(row):
    return pattern_diversity(row)


@pytest.mark.parametrize(
    ("heights", "diversity"),
    [
        ([0] * 10, 1),
        ([0, 1, 3, 3, 2, 0, 0, 0, 0, 0], 5),
        ([9, 0, 9, 0, 9, 0, 9, 0, 9, 0], 0),
        ([0, 3, 4, 7, 8, 11, 12, 15, 16, 19], 1),
        ([5, 3, 5, 3, 5, 3, 5, 3, 5, 3], 2),
    ],
)
@pytest.mark.parametrize("dtype", [np.int64, np.float32])
def test_pattern_diversity_counts_small_steps(heights, diversity, dtype):
    assert _count_patterns(np.array(heights, dtype)) == diversity
    cells = np.arange(19, -1, -1)[:, np.newaxis] < np.array(heights)
    assert reference.pattern_diversity(cells.tolist()) == diversity


@pytest.mark.parametrize("name", PLAYERS)
@pytest.mark.parametrize("height", [6, 10, 20])
def test_choice_has_the_greatest_reference_sum(name, height):
    weights, batch = LINEAR_WEIGHTS[name], Batch([height], height=height, pieces="uniform")
    for _ in range(15):
        cells, piece, next_piece = batch.cells(), int(batch.games.piece[0]), int(batch.games.queue[0, 0])
        observation = reference.observation(cells, piece, next_piece)
        values = reference_values(cells, observation, piece, weights)
        choice = int(values.argmax()) if np.isfinite(values.max()) else None
        _, running = play(batch, weights, 1)
        if choice is None:
            assert not running[0]
            break
        after, _ = reference.afterstate(cells, piece, choice)
        assert (batch.cells() == after).all()


@pytest.mark.parametrize("weights", [DELLACHERIE, BCTS])
def test_ties_go_to_the_lowest_action(weights):
    watched, playing = (Batch(range(40), height=12, pieces="uniform") for _ in range(2))
    ties = 0
    for _ in range(30):
        values = watched.observations[:, :, INPUTS].astype(float) @ weights[:DIVERSITY]
        values[watched.observations[:, :, SURVIVES] == 0] = -np.inf
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


def test_many_pieces_equal_one_at_a_time():
    at_once, singly = (
        Batch(range(4), height=10, pieces="uniform"),
        Batch(range(4), height=10, pieces="uniform"),
    )
    play(at_once, BCTS, 50)
    for _ in range(50):
        play(singly, BCTS, 1)
    for a, b in zip(at_once.games, singly.games, strict=True):
        assert (a == b).all()


def test_ended_games_are_not_played_on():
    batch = Batch(range(3), height=4, pieces="uniform")
    _, running = play(batch, DELLACHERIE, 10_000)
    assert not running.any()
    pieces = batch.games.pieces.copy()
    played = play_linear(batch.games, batch.rules, DELLACHERIE, 10, running, batch.workspace)
    assert played == 0
    assert (batch.games.pieces == pieces).all()


def test_fallback_ends_the_game_if_nothing_survives():
    batch = board_batch(reference.board(*["....##...."] * 18), piece=1, next_piece=1)
    blocked = board_batch(reference.board(*["###.######"] * 19 + ["##.#######"]), piece=1, next_piece=1)
    for each, is_surviving in ((batch, True), (blocked, False)):
        assert each.masks()[1].any() == is_surviving
        assert play(each, DELLACHERIE, 1)[1][0] == is_surviving


def test_linear_players_survive_2500_bag_pieces():
    """Seven-bag pieces on 10x20: 2,500 pieces clear at most 1,000 lines."""
    for weights in LINEAR_WEIGHTS.values():
        batch = Batch(range(10), max_pieces=2_500)
        play(batch, weights, 2_500)
        assert (batch.games.pieces == 2_500).all()
        assert (batch.games.lines >= 990).all()


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("dellacherie", 700, 1_350), ("bcts", 850, 1_750), ("dt10", 1_100, 2_250), ("dt20", 950, 1_950)],
)
def test_strength_on_10x10_uniform(name, low, high):
    """Mean lines of 100 games; over 2,000 games 1,009 +- 22, 1,262 +- 27, 1,625 +- 35 and 1,396 +- 30."""
    batch = Batch(range(100), height=10, pieces="uniform")
    play(batch, LINEAR_WEIGHTS[name], 10**6)
    assert low < batch.games.lines.mean() < high


def test_random_play_ends_soon():
    batch, generator = Batch(range(50)), np.random.default_rng(0)
    ended = []
    for _ in range(60):
        _, status = batch.step(cautious_actions(batch.observations, generator, care=0.0))
        ended += batch.ended.pieces[status != 0].tolist()
    assert 20 < np.mean(ended) < 35
