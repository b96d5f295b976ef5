"""The measured quantities of a learner, compared with torch and with slow computations."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from stable_baselines3.common.callbacks import CallbackList
from torch.nn import functional as F  # noqa: N812

from tetris_arcade.config.env import EnvConfig, RewardShaping
from tetris_arcade.config.probes import PROBES
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.engine.game_state import RUNNING, TERMINATED
from tetris_arcade.envs.factory import make_vec_env
from tetris_arcade.training.callbacks import PlacementCallback
from tetris_arcade.training.checkpoint_state import capture_state
from tetris_arcade.training.dqn import PlacementDQN
from tetris_arcade.training.factory import build_learner
from tetris_arcade.training.learner_monitor import LearnerMonitor, return_horizon
from tetris_arcade.training.reward_terms import BUMPINESS, END, HOLES, LINES, OTHER, last_move_terms
from tetris_arcade.training.run_listener import RunProgress

CONFIG = TrainConfig(
    num_envs=6,
    learning_starts=60,
    batch_size=32,
    buffer_size=1_200,
    seed=5,
    exploration_timesteps=600,
    env=EnvConfig(height=8, max_pieces=50, game_over_penalty=4.0),
)


class _Measure(PlacementCallback):
    """Measures before every move, as a viewer's listener does, and notes what happened to environment 0."""

    def __init__(self, model: PlacementDQN) -> None:
        super().__init__()
        self.monitor = LearnerMonitor(model)
        self.games: list[tuple[float, list[float]]] = []
        self.moves: list[list[list[float]]] = [[]]

    def _on_rollout_start(self) -> None:
        self.monitor.sample()

    def _on_step(self) -> bool:
        reward = self.model.last_reward
        env, buffer = self.model.placements_env, self.model.replay_buffer
        assert buffer is not None
        self.moves[-1].append(last_move_terms(env, buffer.ring, reward).tolist())
        assert sum(self.moves[-1][-1]) == pytest.approx(reward, abs=1e-4)
        ended = env.ended
        if ended.status[0] != RUNNING:
            self.monitor.end_game()
            self.moves.append([])
            self.games.append((float(ended.reward[0]), self.monitor.record[0]["last_game_reward"].tolist()))
        return True


def _learn(config: TrainConfig, timesteps: int) -> tuple[PlacementDQN, _Measure]:
    model = build_learner(config)
    model.prepare()
    measure = _Measure(model)
    model.learn(timesteps, CallbackList([measure]), log_interval=None, reset_num_timesteps=False)
    return model, measure


@pytest.mark.parametrize(
    "fields",
    [{}, {"double_q": True}, {"n_steps": 4, "huber_delta": 0.05}, {"net_arch": (), "max_grad_norm": 0.01}],
    ids=str,
)
def test_the_followed_update_equals_torch(fields: dict[str, Any]) -> None:
    """All its numbers are those that torch computes for the same minibatch from the networks before it."""
    config = replace(CONFIG, **fields)
    model, _ = _learn(config, 1_200)
    plain = build_learner(config, use_kernels=False)
    plain.prepare()
    plain.policy.load_state_dict(model.policy.state_dict())
    plain.policy.optimizer.load_state_dict(copy.deepcopy(model.policy.optimizer.state_dict()))
    assert model.replay_buffer is not None
    assert plain.replay_buffer is not None
    plain.replay_buffer.load_state(model.replay_buffer.save_state())
    plain.replay_buffer.generator[:] = model.replay_buffer.generator
    plain.num_timesteps = model.num_timesteps

    monitor = LearnerMonitor(model)
    model.train(1, config.batch_size)
    monitor.sample()
    update = monitor.record[0]["update"]
    row = int(update["row"])

    batch = plain.replay_buffer.sample(config.batch_size)
    targets = batch.returns + batch.discounts * plain._next_values(batch)
    values = plain.q_net.score(batch.features)
    weights = [parameter.detach().clone() for parameter in plain.q_net.parameters()][-2]
    loss = F.huber_loss(values, targets, delta=config.huber_delta) / config.huber_delta
    plain.policy.optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    norm = torch.nn.utils.clip_grad_norm_(plain.q_net.parameters(), config.max_grad_norm)
    gradient = next(reversed(list(plain.q_net.parameters())[:-1])).grad
    plain.policy.optimizer.step()

    start = int(batch.ends[row - 1]) if row else 0
    next_values = plain.q_net_target.score(batch.next_features[start : int(batch.ends[row])])
    chosen = int(update["weight"])
    errors = (targets - values).detach()
    assert row == int(errors.abs().argmax())
    assert gradient is not None
    expected = {
        "returns": batch.returns[row],
        "discount": batch.discounts[row],
        "target": targets[row],
        "value": values[row],
        "td_error": errors[row],
        "loss": loss,
        "gradient_norm": norm,
        "weight_before": weights[0, chosen],
        "weight_gradient": gradient[0, chosen],
        "weight_after": list(plain.q_net.parameters())[-2][0, chosen],
        "value_after": plain.q_net.score(batch.features[row]),
    }
    for name, value in expected.items():
        assert float(update[name]) == pytest.approx(value.item(), rel=2e-4, abs=2e-5), name
    np.testing.assert_array_equal(update["features"], batch.features[row].numpy())
    count = int(update["num_placements"])
    np.testing.assert_allclose(update["values"][:count], next_values.detach().numpy(), atol=1e-5)
    assert abs(float(update["target"] - update["value_after"])) != abs(float(update["td_error"]))


def test_errors_gradients_and_networks_equal_torch() -> None:
    model, measure = _learn(CONFIG, 900)
    measure.monitor.sample()
    record = measure.monitor.record[0]
    assert model._compiled is not None
    errors = model._compiled.learning.targets - model._compiled.learning.values
    assert float(record["mean_abs_td_error"]) == pytest.approx(float(np.abs(errors).mean()))
    assert int(record["num_errors"]) == 512
    assert np.isin(errors, record["td_errors"]).all()
    online, target = (
        torch.cat([parameter.detach().reshape(-1) for parameter in network.parameters()])
        for network in (model.q_net, model.q_net_target)
    )
    distance = float((online - target).norm() / online.norm())
    assert float(record["target_distance"]) == pytest.approx(distance, rel=1e-5)
    assert distance > 0.0
    # An average of past networks: one of k updates ago counts (1 - tau)**k; an update is 2 steps of 6.
    assert 0 <= float(record["target_age"]) - (1 / CONFIG.tau - 1) * 12 < 12


def test_predictions_are_compared_with_the_rewards_that_followed() -> None:
    model, measure = _learn(CONFIG, 1_500)
    record, buffer = measure.monitor.record[0], model.replay_buffer
    assert buffer is not None
    count = int(record["num_pairs"])
    assert count == 128
    known = _known_returns(model)
    returned = record["returned"][:count]
    assert all(np.isclose(known, value, atol=1e-5).any() for value in returned.tolist())
    assert np.isfinite(record["predicted"][:count]).all()


def _known_returns(model: PlacementDQN) -> np.ndarray[Any, Any]:
    """The discounted returns of all stored transitions whose game ended, or that lie far enough back."""
    assert model.replay_buffer is not None
    ring, gamma = model.replay_buffer.ring, model.gamma
    found = []
    for env in range(ring.stored.shape[0]):
        stored, capacity = int(ring.stored[env]), ring.reward.shape[1]
        total, is_known = 0.0, False
        for number in reversed(range(max(0, stored - capacity - 300), stored)):
            at = number % capacity
            if ring.ending[env, at] != RUNNING:
                total, is_known = 0.0, ring.ending[env, at] == TERMINATED
            total = float(ring.reward[env, at]) + gamma * total
            if is_known:
                found.append(total)
    return np.array(found)


@pytest.mark.parametrize("garbage_every", [None, 5])
@pytest.mark.parametrize("reward", ["lines", "score", "shaped", "fours"])
def test_reward_terms_sum_to_the_reward(reward: str, garbage_every: int | None) -> None:
    env = EnvConfig(
        reward=reward, height=8, max_pieces=15, garbage_every=garbage_every, game_over_penalty=3.0,
        shaping=RewardShaping(0.5, 0.25, 0.125),
    )  # fmt: skip
    _, measure = _learn(replace(CONFIG, env=env, learning_starts=10**9), 2_000)
    assert len(measure.games) > 10
    assert any(terms[END] for _, terms in measure.games)
    assert garbage_every or not all(terms[END] for _, terms in measure.games)
    for (total, terms), moves in zip(measure.games, measure.moves, strict=False):
        assert sum(terms) == pytest.approx(total, abs=1e-3)
        assert terms[LINES] == pytest.approx(round(terms[LINES]), abs=1e-3)  # paid in whole numbers
        # What is known of a game from its totals is the sum of its moves.
        assert sum(map(sum, moves)) == pytest.approx(total, abs=1e-3)
        if garbage_every is None:
            assert terms == pytest.approx(np.sum(moves, axis=0).tolist(), abs=1e-3)
            assert terms[OTHER] == pytest.approx(0.0, abs=1e-3)
    assert any(any(terms[HOLES : BUMPINESS + 1]) for _, terms in measure.games) == (reward == "shaped")


def test_exploration_share_is_that_of_the_moves() -> None:
    _, measure = _learn(replace(CONFIG, initial_epsilon=0.5, final_epsilon=0.5), 6_000)
    assert float(measure.monitor.record[0]["exploration_share"]) == pytest.approx(0.5, abs=0.15)


def test_a_probe_is_worth_its_best_placement() -> None:
    model, measure = _learn(replace(CONFIG, env=replace(CONFIG.env, height=12)), 300)
    env = make_vec_env(model.placements_env.config, 1, 1)
    env.reset()
    expected = []
    for probe in PROBES:
        env.games.columns[0] = [
            sum((row[col] == "#") << up for up, row in enumerate(reversed(probe.rows))) for col in range(10)
        ]
        env.games.piece[0], env.games.queue[0, 0] = probe.piece, 0
        expected.append(model.q_net_target(torch.from_numpy(env.observe())).max().item())
    np.testing.assert_allclose(measure.monitor.probe_values(), expected, atol=1e-5)
    assert len(set(expected)) == len(PROBES)


def test_measuring_changes_nothing_of_a_run() -> None:
    """A run that is measured before every move ends in the same state, bit for bit."""
    measured, _ = _learn(CONFIG, 900)
    plain = build_learner(CONFIG)
    plain.prepare()
    plain.learn(900, log_interval=None, reset_num_timesteps=False)
    one, other = (capture_state(model, RunProgress()) for model in (measured, plain))
    for name in one:
        assert np.array_equal(one[name], other[name]), name


def test_how_far_a_return_looks_ahead() -> None:
    assert [return_horizon(gamma) for gamma in (0.0, 0.9, 0.99, 1.0)] == [1, 44, 459, 2_000]
