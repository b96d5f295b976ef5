"""What features contribute to the difference of two placements' values."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tetris_arcade.config.features import FEATURES, NUM_FEATURES
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.engine.linear_players import LINEAR_INPUTS, LINEAR_WEIGHTS
from tetris_arcade.engine.network import make_network
from tetris_arcade.engine.single_game import Game
from tetris_arcade.storage.slots import load_model, resolve_slot
from tetris_arcade.training.contributions import (
    CONTRIBUTION_NAMES,
    GROUPS,
    contributions,
    grouped,
    network_layers,
)
from tetris_arcade.training.factory import build_learner, playing_network
from tetris_arcade.training.players import NetworkPlayer, load_player

SHIPPED = DataPaths(Path(__file__).parents[2])
PAIRS = list(combinations(range(7), 2))


def _afterstates(seed: int = 3, pieces: int = 10) -> NDArray[np.float32]:
    """(7, 22) placements of one piece on a board that has some of everything."""
    game, generator = Game(seed=seed), np.random.default_rng(seed)
    for _ in range(pieces):
        game.step(int(generator.choice(np.flatnonzero(game.action_mask()))))
        assert not game.is_over
    rows = game.observation()
    surviving = rows[rows[:, NUM_FEATURES] == 1]
    return generator.permutation(np.unique(surviving, axis=0))[:7]


def test_weighted_differences_of_a_linear_player() -> None:
    rows, names = _afterstates(), [feature.name for feature in FEATURES]
    player = load_player("dt20")
    assert isinstance(player, NetworkPlayer)
    found = dict(zip(CONTRIBUTION_NAMES, contributions(player.network, rows[0], rows[1]), strict=True))
    for name, weight in zip(LINEAR_INPUTS, LINEAR_WEIGHTS["dt20"], strict=False):
        k = names.index(name)
        assert found[name] == pytest.approx(weight * (rows[0, k] - rows[1, k]))
    assert {name for name, value in found.items() if value} <= {*LINEAR_INPUTS, "pattern_diversity"}


@pytest.mark.parametrize("name", [*LINEAR_WEIGHTS, "champion", "stacker"])
def test_contributions_sum_to_the_difference_of_the_values(name: str) -> None:
    player, rows = load_player(name, SHIPPED), _afterstates()
    assert isinstance(player, NetworkPlayer)
    observation = np.zeros((40, rows.shape[1]), np.float32)
    observation[: len(rows)] = rows
    values = player.values(observation)
    for a, b in PAIRS:
        found = contributions(player.network, rows[a], rows[b])
        assert found.sum() == pytest.approx(values[a] - values[b], rel=1e-3, abs=1e-3)
        np.testing.assert_allclose(found, -contributions(player.network, rows[b], rows[a]), atol=1e-9)


@pytest.mark.parametrize("net_arch", [(), (16,), (64, 64), (33, 20, 7)])
def test_sum_equals_the_difference_in_torch(net_arch: tuple[int, ...]) -> None:
    config = TrainConfig(seed=4, net_arch=net_arch)
    model = build_learner(config)
    network, torch_network = playing_network(model, config), model.q_net_target.double()
    rows = _afterstates()
    with torch.no_grad():
        values = torch_network.score(torch.from_numpy(rows[:, :NUM_FEATURES]).double()).numpy()
    for a, b in PAIRS:
        found = contributions(network, rows[a], rows[b])
        assert found.sum() == pytest.approx(values[a] - values[b], rel=1e-5, abs=1e-6)


def test_the_shipped_champion_sums_to_the_difference_in_torch() -> None:
    policy = load_model(resolve_slot(SHIPPED, "champion")).policy
    weights = [array for name, array in sorted(policy.items()) if name.startswith("q_net.")][1::2]
    config = TrainConfig(net_arch=tuple(weight.shape[0] for weight in weights[:-1]))
    model = build_learner(config)
    model.policy.load_state_dict({name: torch.from_numpy(array) for name, array in policy.items()})
    player, rows = load_player("champion", SHIPPED), _afterstates()
    assert isinstance(player, NetworkPlayer)
    with torch.no_grad():
        values = model.q_net.double().score(torch.from_numpy(rows[:, :NUM_FEATURES]).double()).numpy()
    for a, b in PAIRS:
        found = contributions(player.network, rows[a], rows[b])
        assert found.sum() == pytest.approx(values[a] - values[b], rel=1e-4, abs=1e-4)


def test_equal_features_contribute_nothing() -> None:
    rows = _afterstates()
    other = rows[0].copy()
    other[5] += 2.0
    generator = np.random.default_rng(0)
    layers = [(generator.normal(size=(9, NUM_FEATURES)), generator.normal(size=9))]
    layers.append((generator.normal(size=(1, 9)), generator.normal(size=1)))
    found = contributions(make_network(layers), rows[0], other)
    assert np.flatnonzero(found).tolist() == [5]
    assert not contributions(make_network(layers), rows[0], rows[0]).any()


def test_layers_are_those_that_were_packed() -> None:
    generator = np.random.default_rng(1)
    sizes = (NUM_FEATURES, 33, 20, 1)
    layers = [
        (
            generator.normal(size=(out, inputs)).astype(np.float32),
            generator.normal(size=out).astype(np.float32),
        )
        for inputs, out in pairwise(sizes)
    ]
    for (weight, bias), (other_weight, other_bias) in zip(
        network_layers(make_network(layers)), layers, strict=True
    ):
        np.testing.assert_array_equal(weight, other_weight)
        np.testing.assert_array_equal(bias, other_bias)


def test_groups_keep_the_sum_and_hold_each_contribution_once() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(CONTRIBUTION_NAMES)
    found = np.random.default_rng(2).normal(size=len(CONTRIBUTION_NAMES))
    sums = grouped(found)
    assert sum(sums.values()) == pytest.approx(found.sum())
    assert list(sums.values()) == sorted(sums.values(), key=abs, reverse=True)
    assert sums["wells"] == found[CONTRIBUTION_NAMES.index("wells")]
