"""Differential test against tetris-gymnasium: same pieces and actions give equal observable results."""

from __future__ import annotations

import numpy as np
import pytest

from tests.envs.tetris_gymnasium_oracle import make_package_env
from tetris_arcade.envs import EnvConfig, make_env, make_vec_env

PLACEMENTS = 70
"""Per height, randomizer and seed; the package plays about 250 per second."""
CASES = [
    (height, pieces, seed) for height in (4, 7, 10, 20) for pieces in ("bag", "uniform") for seed in (1, 4242)
]


def _action(observation, mask, generator):
    """Mostly careful play, which gives uneven stacks and lines; also random and, rarely, illegal actions."""
    if generator.random() < 0.02:
        return int(generator.integers(40))
    if generator.random() < 0.3:
        return int(generator.choice(np.flatnonzero(mask)))
    value = -4.0 * observation[:, 11] - observation[:, 12] - observation[:, 10]
    value[observation.sum(axis=1) == 0] = -1e6 if generator.random() < 0.9 else 1
    value[mask == 0] = -1e9
    return int(value.argmax())


@pytest.mark.parametrize(("height", "pieces", "seed"), CASES)
def test_single_and_batch_equal_the_package(height, pieces, seed):
    config = EnvConfig(features="classic", reward="score", pieces=pieces, height=height)
    package, single = make_package_env(height, pieces), make_env(config)
    batch = make_vec_env(config, num_envs=1, seed=seed)
    theirs, their_info = package.reset(seed=seed)
    ours, our_info = single.reset(seed=seed)
    batched = batch.reset()
    generator, games = np.random.default_rng(seed), 0
    for _ in range(PLACEMENTS):
        assert (ours == theirs).all()
        assert (batched[0] == theirs).all()
        assert (our_info["action_mask"] == their_info["action_mask"]).all()
        _assert_equal_objects(single.unwrapped, package.unwrapped)

        action = _action(theirs, their_info["action_mask"], generator)
        theirs, their_reward, their_end, _, their_info = package.step(action)
        ours, our_reward, our_end, truncated, our_info = single.step(action)
        batched, rewards, dones, infos = batch.step(np.array([action]))

        assert our_reward == pytest.approx(float(their_reward)) == pytest.approx(float(rewards[0]))
        assert our_end == bool(their_end) == dones[0]
        assert not truncated
        assert our_info["lines_cleared"] == their_info["lines_cleared"]
        _assert_equal_objects(single.unwrapped, package.unwrapped)
        if our_end:
            games += 1
            assert (ours == theirs).all()
            assert (infos[0]["terminal_observation"] == theirs).all()
            assert (our_info["action_mask"] == their_info["action_mask"]).all()
            assert our_info["episode"] == infos[0]["episode"]
            theirs, their_info = package.reset()
            ours, our_info = single.reset()
    assert games > 1 or height == 20


def _assert_equal_objects(ours, theirs):
    """Compare the state of two of the package's Tetris objects; the next pieces reveal their generators."""
    assert (ours.board == theirs.board).all()
    assert (ours.x, ours.y, ours.game_over, ours.has_swapped) == (
        theirs.x,
        theirs.y,
        theirs.game_over,
        theirs.has_swapped,
    )
    assert list(ours.queue.queue) == list(theirs.queue.queue)
    assert ours.active_tetromino.id == theirs.active_tetromino.id
    assert (ours.active_tetromino.matrix == theirs.active_tetromino.matrix).all()


def test_packages_own_steps_work_on_our_object():
    env = make_env(EnvConfig(features="classic", reward="score"))
    package = make_package_env()
    env.reset(seed=5)
    package.reset(seed=5)
    for tetris in (env.unwrapped, package.unwrapped):
        tetris.step(tetris.actions.move_left)
        tetris.step(tetris.actions.hard_drop)
    ours, _, _, _, _ = env.step(20)
    # The package's wrapper must observe once more to notice that the piece has changed.
    package.observation(package.unwrapped._get_obs())
    theirs, _, _, _, _ = package.step(20)
    assert (ours == theirs).all()
    assert (env.unwrapped.board == package.unwrapped.board).all()
