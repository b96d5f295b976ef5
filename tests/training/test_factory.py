"""The network that plays, compared with the one that learns."""

from __future__ import annotations

import numpy as np
import torch

from tetris_arcade.config.training import TrainConfig
from tetris_arcade.envs import EnvConfig, make_vec_env
from tetris_arcade.training.factory import build_learner, playing_network
from tetris_arcade.training.players import NetworkPlayer


def test_compiled_network_equals_target_network() -> None:
    config = TrainConfig(num_envs=16, seed=2)
    model = build_learner(config)
    observations = make_vec_env(EnvConfig(), 16, seed=5).reset()
    with torch.no_grad():
        expected = model.q_net_target(torch.from_numpy(observations)).numpy()
    values = NetworkPlayer("copy", playing_network(model, config)).values(observations)
    survives = ~np.isnan(values)
    assert np.array_equal(survives, observations[:, :, 21] == 1)
    assert np.allclose(values[survives], expected[survives], atol=1e-4)
