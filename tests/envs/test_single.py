from __future__ import annotations

import copy
import pickle
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from stable_baselines3.common.env_checker import check_env as check_env_for_sb3
from tetris_gymnasium.envs import Tetris

from tetris_arcade.envs import EnvConfig, make_env

CONFIGS = [
    EnvConfig(),
    EnvConfig(features="classic", reward="score", height=10, pieces="uniform"),
    EnvConfig(reward="shaped", garbage_every=3, max_pieces=30, game_over_penalty=5.0),
]


def play(env, seed, moves, generator):
    """Play random placements over as many games as needed; returns all observations, rewards and lines."""
    observation, _ = env.reset(seed=seed)
    history = [observation]
    for _ in range(moves):
        action = int(generator.choice(np.flatnonzero(env.action_masks())))
        observation, reward, terminated, truncated, info = env.step(action)
        history += [observation, reward, info["lines_cleared"]]
        if terminated or truncated:
            history.append(env.reset()[0])
    return history


def assert_same(a, b):
    assert len(a) == len(b)
    for x, y in zip(a, b, strict=True):
        np.testing.assert_array_equal(x, y)


@pytest.mark.parametrize("config", CONFIGS)
def test_both_env_checkers_are_satisfied(config):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # A wrapper on purpose: `unwrapped` is the package's own Tetris.
        warnings.filterwarnings("ignore", message=".*is different from the unwrapped version")
        # (40, F) is the package's own shape for grouped actions.
        warnings.filterwarnings("ignore", message=".*has an unconventional shape")
        check_env(make_env(config), skip_render_check=True)
        check_env_for_sb3(make_env(config))


def test_unwrapped_is_the_packages_tetris():
    assert type(make_env().unwrapped) is Tetris


def test_render_shows_the_new_piece():
    env = make_env(render_mode="rgb_array")
    env.reset(seed=1)
    before = env.render()
    env.step(20)
    assert before.shape == env.render().shape
    assert (before != env.render()).any()


@pytest.mark.parametrize("seed", [0, 1, 2**40, 2**70])
def test_seed_determines_all_games(seed):
    histories = [play(make_env(EnvConfig(height=8)), seed, 80, np.random.default_rng(3)) for _ in range(2)]
    assert_same(*histories)


def test_seed_0_is_a_seed_and_none_is_random():
    def first_pieces(seed):
        env = make_env()
        env.reset(seed=seed)
        return [int(piece) for piece in env.unwrapped.queue.queue] + [env.unwrapped.active_tetromino.id]

    assert first_pieces(0) == first_pieces(0) != first_pieces(1)
    assert len({tuple(first_pieces(None)) for _ in range(8)}) > 1


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
def test_copy_resumes_exactly(config, copied):
    env = make_env(config)
    play(env, 5, 25, np.random.default_rng(0))
    other = copied(env)
    for action in (4, 20, 28):
        a, b = env.step(action), other.step(action)
        np.testing.assert_array_equal(a[0], b[0])
        assert a[1:4] == b[1:4]
        if a[2] or a[3]:
            break
    np.testing.assert_array_equal(env.reset()[0], other.reset()[0])


def test_truncated_game_reports_its_totals():
    env = make_env(EnvConfig(max_pieces=4, reward="score"))
    env.reset(seed=3)
    for action in (2 * 4, 5 * 4, 8 * 4):
        assert env.step(action)[2:4] == (False, False)
    _, _, terminated, truncated, info = env.step(2 * 4)
    assert (terminated, truncated) == (False, True)
    assert info["episode"] == {"r": 4.0, "l": 4, "lines": 0, "pieces": 4, "score": 4}


def test_action_masks_exclude_losing_placements():
    env = make_env(EnvConfig(height=6, pieces="uniform"))
    generator, stricter = np.random.default_rng(0), 0
    observation, info = env.reset(seed=1)
    for _ in range(300):
        mask = env.action_masks()
        surviving = observation[:, -1] == 1
        assert (mask == (surviving if surviving.any() else info["action_mask"] == 1)).all()
        stricter += int((mask != info["action_mask"]).any())
        observation, _, over, _, info = env.step(int(generator.choice(np.flatnonzero(mask))))
        if over:
            observation, info = env.reset()
    assert stricter > 20


def test_garbage_is_bedrock_in_the_packages_board():
    env = make_env(EnvConfig(garbage_every=1))
    env.reset(seed=1)
    env.step(20)
    bottom = env.unwrapped.board[19, 4:14]
    assert sorted(bottom.tolist()) == [0] + [1] * 9


@pytest.mark.parametrize(
    "action", [-1, 40, 2**70, 1.5, "3", None, True, [1, 2], np.zeros((0,), int), np.float32(2)]
)
def test_invalid_action_is_rejected(action):
    env = make_env()
    env.reset(seed=1)
    before = env.unwrapped.board.copy(), env.unwrapped.active_tetromino.id
    with pytest.raises(ValueError, match=r"action must be "):
        env.step(action)
    assert (env.unwrapped.board == before[0]).all()
    assert env.unwrapped.active_tetromino.id == before[1]


@pytest.mark.parametrize("action", [20, np.int64(20), np.uint8(20), np.array(20), np.array([20])])
def test_action_may_be_any_integer(action):
    env, plain = make_env(), make_env()
    env.reset(seed=1)
    plain.reset(seed=1)
    assert (env.step(action)[0] == plain.step(20)[0]).all()
    assert (env.unwrapped.board == plain.unwrapped.board).all()
    assert env.unwrapped.board[:20, 4:14].any()


def test_step_needs_a_reset_first_and_after_the_end():
    env = make_env(EnvConfig(max_pieces=1))
    with pytest.raises(ValueError, match=r"call reset\(\) before step\(\)"):
        env.step(20)
    env.reset(seed=1)
    env.step(20)
    with pytest.raises(ValueError, match=r"call reset\(\) before step\(\)"):
        env.step(20)


def test_negative_seed_is_rejected():
    with pytest.raises(ValueError, match="seed must not be negative, got -1"):
        make_env().reset(seed=-1)


def test_works_in_a_gymnasium_vector_env():
    envs = gymnasium.vector.SyncVectorEnv([make_env, make_env])
    alone = [make_env(), make_env()]
    firsts = [env.reset(seed=seed)[0] for env, seed in zip(alone, (1, 2), strict=True)]
    assert (envs.reset(seed=1)[0] == firsts).all()
    assert (envs.step(np.array([20, 12]))[0] == [alone[0].step(20)[0], alone[1].step(12)[0]]).all()
