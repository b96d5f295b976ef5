"""The replay buffer, compared with a slow and simple computation."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from gymnasium import spaces

from tetris_arcade.engine.game_state import RUNNING, TERMINATED, TRUNCATED
from tetris_arcade.training.replay_buffer import PlacementReplayBuffer
from tetris_arcade.training.replay_kernels import BoardBatch, segment_max, segment_value_at_argmax

OBSERVATION_SPACE = spaces.Box(0.0, 1e4, (40, 22), np.float32)
ACTION_SPACE = spaces.Discrete(40)


def _buffer(n_steps: int, capacity: int = 50, n_envs: int = 2) -> PlacementReplayBuffer:
    return PlacementReplayBuffer(
        capacity * n_envs,
        OBSERVATION_SPACE,
        ACTION_SPACE,
        "cpu",
        n_envs,
        n_steps=n_steps,
        gamma=0.9,
        height=20,
    )


def _fill(buffer: PlacementReplayBuffer, endings: list[list[int]]) -> None:
    """Store transitions: t of environment e has reward 10 * e + t and features that are all t."""
    for t in range(len(endings[0])):
        for env, row in enumerate(endings):
            board = BoardBatch(
                np.zeros((1, 10), np.int64), np.array([t % 7]), np.array([(t + 1) % 7]), np.zeros(1, np.bool_)
            )
            features = np.full((1, 21), t, np.float32)
            reward = np.array([10 * env + t], np.float32)
            buffer.store(np.array([env]), features, reward, np.array([row[t]], np.uint8), board)


def _expected_return(row: list[int], env: int, first: int, n_steps: int) -> tuple[float, float]:
    """The n-step return of transition `first`, and the discount of its next board."""
    total, discount, t = 0.0, 1.0, first
    for step in range(n_steps):
        total += discount * (10 * env + t)
        discount *= 0.9
        if row[t] != RUNNING or step == n_steps - 1 or t == len(row) - 1:
            break
        t += 1
    return total, 0.0 if row[t] == TERMINATED else discount


@pytest.mark.parametrize("n_steps", [1, 3, 5])
def test_returns_end_with_episode_or_newest_transition(n_steps: int) -> None:
    endings = [
        [RUNNING, RUNNING, TERMINATED, RUNNING, TRUNCATED, RUNNING, RUNNING, RUNNING],
        [RUNNING] * 8,
    ]
    buffer = _buffer(n_steps)
    _fill(buffer, endings)
    batch = buffer.sample(400)
    drawn = set()
    for features, got, discount in zip(
        batch.features.numpy(), batch.returns.numpy(), batch.discounts.numpy(), strict=True
    ):
        t = int(features[0])
        candidates = [_expected_return(row, env, t, n_steps) for env, row in enumerate(endings)]
        matches = [
            env
            for env, expected in enumerate(candidates)
            if np.allclose(expected, (got, discount), atol=1e-4)
        ]
        assert matches, (t, got, discount, candidates)
        drawn.add((t, matches[0]))
    assert len(drawn) == 16


def test_oldest_transitions_are_overwritten() -> None:
    buffer = _buffer(1, capacity=5, n_envs=1)
    _fill(buffer, [[RUNNING] * 12])
    assert buffer.size() == 5
    assert set(buffer.sample(200).features[:, 0].tolist()) == {7.0, 8.0, 9.0, 10.0, 11.0}


def test_next_placements_are_distinct() -> None:
    buffer = _buffer(1)
    _fill(buffer, [[RUNNING] * 7, [RUNNING] * 7])
    batch = buffer.sample(300)
    counts = np.diff(np.concatenate(([0], batch.ends)))
    distinct = {0: 17, 1: 9, 2: 34, 3: 17, 4: 17, 5: 34, 6: 34}  # on an empty board, by piece I O T S Z J L
    for features, count in zip(batch.features.numpy(), counts, strict=True):
        assert count == distinct[int(features[0]) % 7]
    assert batch.next_features.shape == (counts.sum(), 21)


def test_200_000_transitions_fit_in_100_megabytes() -> None:
    buffer = PlacementReplayBuffer(200_000, OBSERVATION_SPACE, ACTION_SPACE, "cpu", 16)
    held = sum(array.nbytes for array in buffer.ring)
    assert held < 100e6


def test_segment_maxima() -> None:
    values = np.array([1.0, 5.0, -2.0, -3.0, 7.0], np.float32)
    ends = np.array([2, 4, 4, 5])
    best = np.zeros(4, np.float32)
    segment_max(values, ends, best)
    assert best.tolist() == [5.0, -2.0, 0.0, 7.0]
    segment_value_at_argmax(np.array([9.0, 0.0, 0.0, 9.0, 0.0], np.float32), values, ends, best)
    assert best.tolist() == [1.0, -3.0, 0.0, 7.0]


def test_state_is_restored_exactly() -> None:
    first, second = _buffer(2), _buffer(2)
    _fill(first, [[RUNNING] * 9, [RUNNING] * 9])
    second.load_state(first.save_state())
    second.generator[:] = first.generator
    assert torch.equal(first.sample(64).features, second.sample(64).features)


def test_state_of_other_shape_is_refused() -> None:
    first = _buffer(2)
    _fill(first, [[RUNNING] * 9, [RUNNING] * 9])
    with pytest.raises(ValueError, match="not this run's"):
        _buffer(2, n_envs=3).load_state(first.save_state())


@pytest.mark.parametrize(
    ("name", "value"),
    [("piece", 100), ("piece", -1), ("next_piece", 7), ("columns", 1 << 20), ("ending", 3), ("count", -1)],
)
def test_state_out_of_range_is_refused(name: str, value: int) -> None:
    first, second = _buffer(2), _buffer(2)
    _fill(first, [[RUNNING] * 9, [RUNNING] * 9])
    state = first.save_state()
    state[name].reshape(-1)[0] = value
    with pytest.raises(ValueError, match=f"saved {name} must be"):
        second.load_state(state)
    assert second.size() == 0
