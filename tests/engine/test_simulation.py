from __future__ import annotations

import numpy as np
import pytest

from tests.engine import reference_rules as reference
from tests.engine.helpers import Batch, board_batch, cautious_actions
from tetris_arcade.config.env import MAX_HEIGHT, MIN_HEIGHT
from tetris_arcade.config.rewards import REWARDS
from tetris_arcade.engine.game_state import RUNNING, TERMINATED, TRUNCATED, GameStates
from tetris_arcade.engine.rules import make_rules
from tetris_arcade.engine.tetromino import encode_action

I, O = 0, 1  # noqa: E741


def test_game_is_truncated_after_max_pieces():
    batch = Batch([3], max_pieces=5)
    status = [batch.step([encode_action(col, 0)])[1][0] for col in (2, 5, 8, 2, 5)]
    assert status == [RUNNING] * 4 + [TRUNCATED]
    assert batch.ended.pieces[0] == 5
    assert batch.games.pieces[0] == 0


def test_losing_on_the_last_piece_is_termination():
    tower = reference.board(*["....##...."] * 19)
    assert board_batch(tower, O, O, max_pieces=1).step([encode_action(5, 0)])[1][0] == TERMINATED


def test_garbage_comes_every_nth_piece():
    with_garbage, without = Batch([7], height=40, garbage_every=3), Batch([7], height=40)
    generator, holes = np.random.default_rng(0), set()
    for move in range(1, 61):
        actions = cautious_actions(with_garbage.observations, generator, care=1.0)
        before = with_garbage.cells()
        with_garbage.step(actions)
        without.step(cautious_actions(without.observations, generator, care=1.0))
        assert with_garbage.games.piece[0] == without.games.piece[0]
        if move % 3 == 0:
            bottom = with_garbage.cells()[-1]
            assert bottom.sum() == 9
            assert (with_garbage.cells().sum() - before.sum() - 4 - 9) % 10 == 0
            holes.add(int(np.flatnonzero(~bottom)[0]))
    assert len(holes) > 1


def test_garbage_overflow_ends_the_game():
    tower = reference.board(*["#........."] * 20)
    assert board_batch(tower, O, O, garbage_every=1).step([encode_action(9, 0)])[1][0] == TERMINATED
    assert board_batch(tower, O, O).step([encode_action(9, 0)])[1][0] == RUNNING


def test_games_of_a_batch_are_independent():
    together, alone = Batch(range(5), pieces="uniform"), [Batch([i], pieces="uniform") for i in range(5)]
    generator = np.random.default_rng(0)
    for _ in range(60):
        actions = cautious_actions(together.observations, generator, care=0.5)
        together.step(actions)
        for i, one in enumerate(alone):
            one.step(actions[i : i + 1])
            assert (one.observations[0] == together.observations[i]).all()
            assert one.rewards[0] == together.rewards[i]


def test_copied_arrays_are_the_whole_state():
    batch = Batch(range(4), garbage_every=4)
    generator = np.random.default_rng(0)
    for _ in range(30):
        batch.step(cautious_actions(batch.observations, generator))
    saved, observations = GameStates(*(array.copy() for array in batch.games)), batch.observations.copy()
    actions, first = [], []
    for _ in range(40):
        actions.append(cautious_actions(batch.observations, generator, care=0.5))
        first.append((batch.step(actions[-1]), batch.observations.copy()))
    for current, copy in zip(batch.games, saved, strict=True):
        current[:] = copy
    batch.observations[:] = observations
    for move, ((rewards, status), observed) in zip(actions, first, strict=True):
        replayed = batch.step(move)
        assert (replayed[0] == rewards).all()
        assert (replayed[1] == status).all()
        assert (batch.observations == observed).all()


@pytest.mark.parametrize("height", range(MIN_HEIGHT, MAX_HEIGHT + 1))
def test_every_height_is_playable(height):
    batch = Batch(range(4), height=height, pieces="uniform")
    generator, ends = np.random.default_rng(height), 0
    for _ in range(60):
        _, status = batch.step(cautious_actions(batch.observations, generator, care=0.3))
        ends += int((status == TERMINATED).sum())
        assert (batch.games.columns < 1 << height).all()
        assert (batch.games.columns >= 0).all()
    assert ends > 0 or height > 20


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"height": 3}, "height must be 4..40, got 3"),
        ({"height": 41}, "height must be 4..40, got 41"),
        ({"pieces": "many"}, "pieces must be one of bag, uniform, got 'many'"),
        ({"reward": "fame"}, f"reward must be one of {', '.join(REWARDS)}, got 'fame'"),
        ({"max_pieces": 0}, "max_pieces must be at least 1 or None, got 0"),
        ({"garbage_every": -2}, "garbage_every must be at least 1 or None, got -2"),
    ],
)
def test_invalid_rules_are_rejected(settings, message):
    with pytest.raises(ValueError, match=message):
        make_rules(**settings)
