"""Acting, exploring and learning of `PlacementDQN`."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tetris_arcade.config.training import TrainConfig
from tetris_arcade.envs import EnvConfig
from tetris_arcade.training.factory import build_learner


@pytest.mark.parametrize("features", ["afterstate", "classic"])
def test_actions_survive_if_possible(features: str) -> None:
    model = build_learner(TrainConfig(env=EnvConfig(features=features, height=10), num_envs=8, seed=1))
    model.prepare()
    for step in range(60):
        model.exploration_rate = step % 2
        masks = model.placements_env.action_masks()
        actions, _ = model._sample_action(learning_starts=0)
        assert masks[np.arange(8), actions].all()
        model._last_obs, _, _, _ = model.placements_env.step(actions)


def test_weights_change_and_target_follows() -> None:
    model = build_learner(
        TrainConfig(num_envs=4, learning_starts=50, seed=2, tau=1.0, target_update_timesteps=4)
    )
    model.prepare()
    before = {name: tensor.clone() for name, tensor in model.q_net.state_dict().items()}
    model.learn(400, reset_num_timesteps=False)
    online, target = model.q_net.state_dict(), model.q_net_target.state_dict()
    assert any(not torch.equal(before[name], tensor) for name, tensor in online.items())
    assert any(not torch.equal(before[name], tensor) for name, tensor in target.items())
    assert model._n_updates == (400 - 48) // 4
