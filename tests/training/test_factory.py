"""The learner's parts against slow, obvious ones."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from gymnasium import spaces

from tetris_arcade.config.training import TrainConfig
from tetris_arcade.engine.game_state import RUNNING, TERMINATED, TRUNCATED
from tetris_arcade.envs import EnvConfig, make_vec_env
from tetris_arcade.training.factory import build_learner, playing_network
from tetris_arcade.training.players import NetworkPlayer
from tetris_arcade.training.replay_buffer import (
    BoardBatch,
    PlacementReplayBuffer,
    segment_max,
    segment_value_at_argmax,
)


def _buffer(n_steps: int, capacity: int = 50, n_envs: int = 2) -> PlacementReplayBuffer:
    space = spaces.Box(0.0, 1e4, (40, 22), np.float32)
    return PlacementReplayBuffer(
        capacity * n_envs, space, spaces.Discrete(40), "cpu", n_envs, n_steps=n_steps, gamma=0.9, height=20
    )


def _fill(buffer: PlacementReplayBuffer, endings: list[list[int]]) -> None:
    """Transition t of environment e has reward 10 * e + t and features full of t."""
    for t in range(len(endings[0])):
        for env, row in enumerate(endings):
            board = BoardBatch(
                np.zeros((1, 10), np.int64), np.array([t % 7]), np.array([(t + 1) % 7]), np.zeros(1, np.bool_)
            )
            features = np.full((1, 21), t, np.float32)
            reward = np.array([10 * env + t], np.float32)
            buffer.store(np.array([env]), features, reward, np.array([row[t]], np.uint8), board)


@pytest.mark.parametrize("n_steps", [1, 3, 5])
def test_returns_stop_at_ends_of_games_and_at_the_newest_transition(n_steps: int) -> None:
    endings = [[RUNNING, RUNNING, TERMINATED, RUNNING, TRUNCATED, RUNNING, RUNNING, RUNNING], [RUNNING] * 8]
    buffer = _buffer(n_steps)
    _fill(buffer, endings)
    batch = buffer.sample(400)
    seen = set()
    for features, got, discount in zip(
        batch.features.numpy(), batch.returns.numpy(), batch.discounts.numpy(), strict=True
    ):
        t = int(features[0])
        candidates = []
        for env, row in enumerate(endings):
            total, factor, k = 0.0, 1.0, t
            for step in range(n_steps):
                total += factor * (10 * env + k)
                factor *= 0.9
                if row[k] != RUNNING or step == n_steps - 1 or k == 7:
                    break
                k += 1
            candidates.append((total, 0.0 if row[k] == TERMINATED else factor))
        match = [c for c in candidates if np.allclose(c, (got, discount), atol=1e-4)]
        assert match, (t, got, discount, candidates)
        seen.add((t, candidates.index(match[0])))
    assert len(seen) == 16  # every transition is drawn


def test_the_ring_forgets_the_oldest() -> None:
    buffer = _buffer(1, capacity=5, n_envs=1)
    _fill(buffer, [[RUNNING] * 12])
    assert buffer.size() == 5
    assert set(buffer.sample(200).features[:, 0].tolist()) == {7.0, 8.0, 9.0, 10.0, 11.0}


def test_next_placements_are_the_distinct_surviving_ones() -> None:
    buffer = _buffer(1)
    _fill(buffer, [[RUNNING] * 7, [RUNNING] * 7])
    batch = buffer.sample(300)
    counts = np.diff(np.concatenate(([0], batch.ends)))
    distinct = {0: 17, 1: 9, 2: 34, 3: 17, 4: 17, 5: 34, 6: 34}  # on an empty board, by piece I O T S Z J L
    for features, count in zip(batch.features.numpy(), counts, strict=True):
        assert count == distinct[int(features[0]) % 7]
    assert batch.next_features.shape == (counts.sum(), 21)


def test_200_000_transitions_take_less_than_100_megabytes() -> None:
    space = spaces.Box(0.0, 1e4, (40, 22), np.float32)
    buffer = PlacementReplayBuffer(200_000, space, spaces.Discrete(40), "cpu", 16)
    held = sum(value.nbytes for value in vars(buffer).values() if isinstance(value, np.ndarray))
    assert held < 100e6


def test_best_and_chosen_values_of_each_board() -> None:
    values = np.array([1.0, 5.0, -2.0, -3.0, 7.0], np.float32)
    ends = np.array([2, 4, 4, 5])
    best = np.zeros(4, np.float32)
    segment_max(values, ends, best)
    assert best.tolist() == [5.0, -2.0, 0.0, 7.0]
    segment_value_at_argmax(np.array([9.0, 0.0, 0.0, 9.0, 0.0], np.float32), values, ends, best)
    assert best.tolist() == [1.0, -3.0, 0.0, 7.0]


def test_replay_state_is_restored_exactly() -> None:
    first, second = _buffer(2), _buffer(2)
    _fill(first, [[RUNNING] * 9, [RUNNING] * 9])
    second.load_state(first.save_state())
    second.generator.bit_generator.state = first.generator.bit_generator.state
    assert torch.equal(first.sample(64).features, second.sample(64).features)
    with pytest.raises(ValueError, match="not this run's"):
        _buffer(2, n_envs=3).load_state(first.save_state())


@pytest.mark.parametrize(
    ("name", "value"),
    [("piece", 100), ("piece", -1), ("next_piece", 7), ("columns", 1 << 20), ("ending", 3), ("count", -1)],
)
def test_a_saved_replay_buffer_with_numbers_that_no_game_has_is_refused(name: str, value: int) -> None:
    first, second = _buffer(2), _buffer(2)
    _fill(first, [[RUNNING] * 9, [RUNNING] * 9])
    state = first.save_state()
    state[name].reshape(-1)[0] = value
    with pytest.raises(ValueError, match=f"saved {name} must be"):
        second.load_state(state)
    assert second.size() == 0


@pytest.mark.parametrize("features", ["afterstate", "classic"])
def test_exploring_and_acting_never_choose_a_placement_that_ends_the_game(features: str) -> None:
    env = EnvConfig(features=features, height=10)  # type: ignore[arg-type]
    model = build_learner(TrainConfig(env=env, num_envs=8, seed=1))
    model.prepare()
    for step in range(60):
        model.exploration_rate = step % 2
        masks = model.placements_env.action_masks()
        actions, _ = model._sample_action(learning_starts=0)
        assert masks[np.arange(8), actions].all()
        model._last_obs, _, _, _ = model.placements_env.step(actions)


def test_the_compiled_network_plays_as_the_torch_one() -> None:
    config = TrainConfig(num_envs=16, seed=2)
    model = build_learner(config)
    observations = make_vec_env(EnvConfig(), 16, seed=5).reset()
    with torch.no_grad():
        expected = model.q_net_target(torch.from_numpy(observations)).numpy()
    values = NetworkPlayer("copy", playing_network(model, config)).values(observations)
    alive = ~np.isnan(values)
    assert np.array_equal(alive, observations[:, :, 21] == 1)
    assert np.allclose(values[alive], expected[alive], atol=1e-4)


@pytest.mark.parametrize("rows", [0, 1, 1_023, 1_024, 1_025, 5_003])
def test_values_in_blocks_are_those_of_all_rows_at_once_though_the_network_sees_one_size(rows: int) -> None:
    network = build_learner(TrainConfig(seed=1)).q_net
    features = torch.rand(rows, 21, generator=torch.Generator().manual_seed(0)) * 20
    sizes = set()
    watching = network.q_net.register_forward_pre_hook(lambda _, given: sizes.add(given[0].shape[0]))
    values = network.score_in_blocks(features)
    watching.remove()
    assert len(sizes) == min(rows, 1)
    torch.testing.assert_close(values, network.score(features))
    assert not values.requires_grad


def test_only_the_scorer_learns_and_the_target_follows() -> None:
    model = build_learner(
        TrainConfig(num_envs=4, learning_starts=50, seed=2, tau=1.0, target_update_timesteps=4)
    )
    model.prepare()
    before = {name: tensor.clone() for name, tensor in model.q_net.state_dict().items()}
    model.learn(400, reset_num_timesteps=False)
    assert any(not torch.equal(before[name], tensor) for name, tensor in model.q_net.state_dict().items())
    assert model._n_updates == 2 * ((400 - 48) // 4)
