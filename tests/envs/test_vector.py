from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest
from stable_baselines3 import DQN
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import VecMonitor, VecVideoRecorder

from tests.envs.test_single import CONFIGS
from tetris_arcade.envs import EnvConfig, make_env, make_vec_env
from tetris_arcade.envs.board_images import BORDER_PX, CELL_PX, COLORS


def random_actions(env, generator):
    masks = env.action_masks()
    return np.where(masks, generator.random(masks.shape), -1).argmax(axis=1)


@pytest.mark.parametrize("config", CONFIGS)
def test_game_i_equals_the_single_env_with_seed_plus_i(config):
    batch, generator = make_vec_env(config, num_envs=3, seed=40), np.random.default_rng(0)
    singles = [make_env(config) for _ in range(3)]
    observations = batch.reset()
    expected = [env.reset(seed=40 + i)[0] for i, env in enumerate(singles)]
    ends = 0
    for move in range(250):
        np.testing.assert_array_equal(observations, expected)
        np.testing.assert_array_equal(batch.action_masks(), [env.action_masks() for env in singles])
        actions = random_actions(batch, generator)
        actions[move % 3] = generator.integers(40) if move % 25 == 0 else actions[move % 3]
        observations, rewards, dones, infos = batch.step(actions)
        for i, env in enumerate(singles):
            expected[i], reward, terminated, truncated, info = env.step(actions[i])
            assert rewards[i] == pytest.approx(reward)
            assert dones[i] == (terminated or truncated)
            if dones[i]:
                ends += 1
                np.testing.assert_array_equal(infos[i]["terminal_observation"], expected[i])
                assert infos[i]["TimeLimit.truncated"] == truncated
                assert infos[i]["episode"] == info["episode"]
                expected[i] = env.reset()[0]
            else:
                assert infos[i] == {}
    assert ends > 3


def test_truncation_follows_sb3s_time_limit_convention():
    env = make_vec_env(EnvConfig(max_pieces=3), num_envs=2, seed=1)
    first = env.reset()
    for _ in range(2):
        observations, _, dones, _ = env.step(np.array([8, 20]))
        assert not dones.any()
    observations, _, dones, infos = env.step(np.array([32, 32]))
    assert dones.all()
    assert all(info["TimeLimit.truncated"] for info in infos)
    assert all(info["terminal_observation"][:, :10].any() for info in infos)
    assert (observations[0, :, :10].max() <= 4).all(), "the next game has started"
    assert observations.shape == first.shape


def test_returned_arrays_are_not_reused():
    env, generator = make_vec_env(EnvConfig(height=6), num_envs=4), np.random.default_rng(0)
    returned = [env.reset()]
    copies = [returned[0].copy()]
    for _ in range(30):
        observations, rewards, dones, _ = env.step(random_actions(env, generator))
        returned += [observations, rewards, dones]
        copies += [observations.copy(), rewards.copy(), dones.copy()]
    for a, b in zip(returned, copies, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("num_threads", [2, 3, 16])
@pytest.mark.parametrize("features", ["afterstate", "classic"])
def test_threads_change_nothing(num_threads, features):
    config = EnvConfig(features=features, height=8, pieces="uniform")
    one, many = make_vec_env(config, 10, 3), make_vec_env(config, 10, 3, num_threads=num_threads)
    generator = np.random.default_rng(0)
    np.testing.assert_array_equal(one.reset(), many.reset())
    for _ in range(80):
        actions = random_actions(one, generator)
        for a, b in zip(one.step(actions)[:3], many.step(actions)[:3], strict=True):
            np.testing.assert_array_equal(a, b)
    many.close()


def test_saved_state_resumes_exactly():
    env, other = (make_vec_env(EnvConfig(height=8, garbage_every=6), 4, seed) for seed in (1, 99))
    generator = np.random.default_rng(0)
    env.reset()
    for _ in range(37):
        env.step(random_actions(env, generator))
    state = env.save_state()
    np.testing.assert_array_equal(other.load_state(state), env.load_state(state))
    for _ in range(60):
        actions = random_actions(env, generator)
        for a, b in zip(env.step(actions)[:3], other.step(actions)[:3], strict=True):
            np.testing.assert_array_equal(a, b)


def test_state_of_another_batch_is_rejected():
    state = make_vec_env(num_envs=3).save_state()
    with pytest.raises(ValueError, match=r"saved columns must be \(2, 10\) int64, got \(3, 10\) int64"):
        make_vec_env(num_envs=2).load_state(state)


def test_seed_takes_effect_at_the_next_reset():
    env, fresh = make_vec_env(num_envs=2, seed=1), make_vec_env(num_envs=2, seed=50)
    env.reset()
    assert env.seed(50) == [50, 51]
    assert env.seed(None) == [None, None]
    np.testing.assert_array_equal(env.reset(), fresh.reset())


INVALID_ACTIONS = [
    (np.zeros(3, int), r"actions must have shape \(2,\), got \(3,\)"),
    (np.zeros((2, 1), int), r"actions must have shape \(2,\), got \(2, 1\)"),
    (np.int64(3), r"actions must have shape \(2,\), got \(\)"),
    (np.array([1.0, 2.0]), "actions must be integers, got float64"),
    (np.array([True, False]), "actions must be integers, got bool"),
    (np.array(["1", "2"]), "actions must be integers, got <U1"),
    (np.array([None, 1]), "actions must be integers, got object"),
    (np.array([0, 40]), r"actions must be 0..39, got 0..40"),
    (np.array([-1, 3]), r"actions must be 0..39, got -1..3"),
    (np.array([2**63, 3], np.uint64), r"actions must be 0..39, got 3..9223372036854775808"),
]


@pytest.mark.parametrize(("actions", "message"), INVALID_ACTIONS)
def test_invalid_actions_are_rejected(actions, message):
    env = make_vec_env(num_envs=2)
    env.reset()
    before = env.save_state()
    with pytest.raises(ValueError, match=message):
        env.step(actions)
    assert all((array == before[name]).all() for name, array in env.save_state().items())


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.uint64])
def test_actions_may_be_any_integers(dtype):
    env, plain = make_vec_env(num_envs=3), make_vec_env(num_envs=3)
    env.reset()
    plain.reset()
    strided = np.array([8, 0, 20, 0, 30, 0], dtype)[::2]
    np.testing.assert_array_equal(env.step(strided)[0], plain.step(np.array([8, 20, 30]))[0])
    env.step([8, 20, 30])


def test_step_needs_a_reset_and_actions():
    env = make_vec_env(num_envs=2)
    with pytest.raises(ValueError, match=r"call reset\(\) before step\(\)"):
        env.step(np.array([8, 8]))
    env.reset()
    with pytest.raises(ValueError, match=r"call step_async\(\) before step_wait\(\)"):
        env.step_wait()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_envs": 0}, "num_envs must be at least 1, got 0"),
        ({"seed": -1}, "seed must not be negative, got -1"),
        ({"num_threads": 0}, "num_threads must be at least 1, got 0"),
    ],
)
def test_invalid_arguments_are_rejected(arguments, message):
    with pytest.raises(ValueError, match=message):
        make_vec_env(**arguments)


def test_vec_env_methods_answer_for_each_game():
    env = make_vec_env(num_envs=3)
    env.reset()
    assert env.get_attr("num_envs", [0, 2]) == [3, 3]
    assert env.get_attr("render_mode") == [None] * 3
    assert env.env_is_wrapped(VecMonitor) == [False] * 3
    assert [mask.shape for mask in env.env_method("action_masks", indices=1)] == [(40,)]
    assert env.has_surviving_placement().all()
    for call in (lambda: env.set_attr("rules", 1), lambda: env.env_method("render")):
        with pytest.raises(AttributeError, match="a compiled batch has no"):
            call()


def test_sb3_learns_monitors_and_evaluates():
    env = VecMonitor(make_vec_env(EnvConfig(features="classic", height=6, max_pieces=20), num_envs=4, seed=0))
    model = DQN("MlpPolicy", env, learning_starts=20, buffer_size=200, batch_size=8, seed=0, device="cpu")
    model.learn(80)
    rewards, lengths = evaluate_policy(model, env, n_eval_episodes=3, return_episode_rewards=True)
    assert len(rewards) == len(lengths) == 3


def test_pictures_show_the_boards_and_the_next_pieces():
    config = EnvConfig(height=8, pieces="uniform", garbage_every=5)
    env, generator = make_vec_env(config, 3, 5, render_mode="rgb_array"), np.random.default_rng(0)
    env.reset()
    games_over = 0
    for _ in range(120):
        _, _, dones, _ = env.step(random_actions(env, generator))
        games_over += dones.sum()
        for image, columns in zip(env.get_images(), env.games.columns, strict=True):
            first = BORDER_PX + CELL_PX // 2
            cells = image[first:-BORDER_PX:CELL_PX, first:-BORDER_PX:CELL_PX]  # (4 + H, 10, 3)
            is_filled = (cells[4:] != COLORS[0]).any(axis=-1)
            rows = np.arange(config.height - 1, -1, -1)[:, np.newaxis]
            np.testing.assert_array_equal(is_filled, columns >> rows & 1)
            assert len(np.unique(cells[:4].reshape(-1, 3), axis=0)) == 2, (
                "the piece at hand, and nothing else"
            )
    assert games_over > 3
    assert env.render().dtype == np.uint8


def test_pictures_start_again_from_a_loaded_state():
    env = make_vec_env(EnvConfig(height=8), 1, 5, render_mode="rgb_array")
    empty = env.reset()
    start, state = env.render(), env.save_state()
    env.step(np.array([8]))
    assert (env.render() != start).any()
    np.testing.assert_array_equal(env.load_state(state), empty)
    np.testing.assert_array_equal(env.render(), start)


def test_video_recorder_of_sb3_films_a_batch(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "moviepy", ModuleType("moviepy"))
    env = VecVideoRecorder(
        VecMonitor(make_vec_env(EnvConfig(), 4, render_mode="rgb_array")),
        str(tmp_path),
        lambda step: step == 0,
    )
    env.reset()
    for _ in range(3):
        env.step(np.full(4, 16))
    assert env.frames_per_sec == 4
    assert len(env.recorded_frames) == 4
    assert {frame.shape for frame in env.recorded_frames} == {env.render().shape}
    assert (env.recorded_frames[0] != env.recorded_frames[3]).any()
    env.recording = False  # moviepy would write the file.


def test_unknown_render_mode_is_refused():
    with pytest.raises(ValueError, match="render_mode must be None or 'rgb_array', got 'human'"):
        make_vec_env(EnvConfig(), 1, render_mode="human")
    with pytest.warns(UserWarning, match="no `render_mode`"):
        assert make_vec_env(EnvConfig(), 1).render() is None
