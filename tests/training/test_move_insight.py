"""What is shown of a choice equals what torch computes for the same position."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.features import NUM_FEATURES
from tetris_arcade.config.paths import DataPaths, shipped_slots
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.engine.insight import Insight
from tetris_arcade.engine.single_game import Game
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.training.dqn import PlacementDQN
from tetris_arcade.training.factory import build_learner, playing_network
from tetris_arcade.training.players import NetworkPlayer, load_player
from tetris_arcade.worker.child.move_explainer import MoveExplainer

Moves = Iterator[tuple[Insight, NDArray[np.float32], int]]


def _explained_moves(player: NetworkPlayer, env: EnvConfig, seed: int = 3) -> Moves:
    """(insight, observation, action) of each move of a game."""
    game = Game(env.height, env.pieces, seed, env.garbage_every, env.max_pieces)
    values, explainer = np.empty(NUM_ACTIONS, np.float32), MoveExplainer(env)
    while not game.is_over:
        observation = game.observation()
        action = player.choose(game, False, values)
        rows, actions = player.last_placements()
        insight = explainer.explain(player.network, rows, actions, values, action, game.pieces)
        if insight is not None:
            yield insight, observation, action
        game.step(action)


@pytest.fixture(params=["lines", "shaped"])
def learner(request: pytest.FixtureRequest) -> tuple[PlacementDQN, TrainConfig]:
    config = TrainConfig(env=EnvConfig(reward=request.param, game_over_penalty=40.0), net_arch=(16, 16))
    return build_learner(config), config


def _torch_values(model: PlacementDQN, observation: NDArray[np.float32]) -> NDArray[np.float64]:
    with torch.no_grad():
        rows = torch.from_numpy(observation[:, :NUM_FEATURES])
        return model.q_net_target.score(rows).numpy().astype(np.float64)


def test_values_and_contributions_equal_those_of_torch(learner: tuple[PlacementDQN, TrainConfig]) -> None:
    model, config = learner
    player = NetworkPlayer("new", playing_network(model, config))
    for insight, observation, action in islice(_explained_moves(player, config.env), 12):
        expected = _torch_values(model, observation)
        assert insight.actions[insight.chosen] == action
        for k, other in enumerate(insight.actions):
            assert insight.values[k] == pytest.approx(expected[other], abs=1e-5)
            assert insight.contributions[k].sum() == pytest.approx(
                expected[action] - expected[other], abs=1e-5
            )
        known = expected[observation[:, NUM_FEATURES] != 0]
        assert max(insight.values) == pytest.approx(known.max(), abs=1e-5)


def test_units_are_those_of_torch(learner: tuple[PlacementDQN, TrainConfig]) -> None:
    model, config = learner
    player = NetworkPlayer("new", playing_network(model, config))
    insight, observation, action = next(_explained_moves(player, config.env))
    x = torch.from_numpy(observation[action, :NUM_FEATURES]) / model.q_net_target.scale
    for layer, units in enumerate(insight.units):
        with torch.no_grad():
            x = model.q_net_target.q_net[2 * layer + 1](model.q_net_target.q_net[2 * layer](x))
        assert units == pytest.approx(x.numpy(), abs=1e-5)
    assert len(insight.units) == 2


def test_correction_is_the_td_error_of_the_learner(learner: tuple[PlacementDQN, TrainConfig]) -> None:
    """The game is replayed in the learner's own environment, which says the rewards."""
    model, config = learner
    env = model.placements_env
    player = NetworkPlayer("new", playing_network(model, config))
    before: tuple[float, float] | None = None
    checked = 0
    env.reset()
    for insight, _, action in _explained_moves(player, config.env, seed=config.seed):
        values = _torch_values(model, env.observe()[0])
        if before is not None and insight.outcome is not None and insight.actions:
            expected, reward = before
            masked = np.where(env.action_masks()[0], values, -np.inf)
            td_error = reward * model.reward_scale + model.gamma * masked.max() - expected
            assert insight.outcome.correction == pytest.approx(td_error, abs=1e-4)
            checked += 1
        actions = np.zeros(env.num_envs, np.int64)
        actions[0] = action
        others = env.action_masks().argmax(axis=1)
        actions[1:] = others[1:]
        if action < 0 or not insight.actions:
            break
        env.step_async(actions)
        _, rewards, dones, _ = env.step_wait()
        if dones[0]:
            break
        before = float(values[action]), float(rewards[0])
    assert checked > 3


def test_lost_game_costs_the_penalty() -> None:
    config = TrainConfig(net_arch=(8,))
    player = NetworkPlayer("new", playing_network(build_learner(config), config))
    *_, (last, _, _) = _explained_moves(player, config.env)
    assert last.actions == ()
    assert last.outcome is not None
    assert last.outcome.got == pytest.approx(-config.gamma * config.env.game_over_penalty, abs=4.0)


def test_linear_player_is_a_weighted_sum() -> None:
    shipped = shipped_slots()
    assert shipped is not None
    player = load_player("dt10", DataPaths(shipped))
    assert isinstance(player, NetworkPlayer)
    for insight, _, _ in islice(_explained_moves(player, EnvConfig()), 8):
        assert insight.weights is not None
        assert insight.outcome is None
        assert insight.units == ()
        sums = insight.features @ insight.weights
        assert sums == pytest.approx(insight.values, rel=1e-4, abs=1e-2)
        gaps = [insight.gap(k) for k in range(len(insight.actions))]
        assert insight.contributions.sum(axis=1) == pytest.approx(gaps, rel=1e-4, abs=1e-2)
        assert insight.chosen == 0
