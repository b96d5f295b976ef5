"""The Q-network's computation in blocks."""

from __future__ import annotations

import pytest
import torch

from tetris_arcade.config.training import TrainConfig
from tetris_arcade.training.factory import build_learner


@pytest.mark.parametrize("rows", [0, 1, 1_023, 1_024, 1_025, 5_003])
def test_blocks_give_the_same_values_with_one_input_size(rows: int) -> None:
    network = build_learner(TrainConfig(seed=1)).q_net
    features = torch.rand(rows, 21, generator=torch.Generator().manual_seed(0)) * 20
    sizes = set()
    hook = network.q_net.register_forward_pre_hook(lambda _, inputs: sizes.add(inputs[0].shape[0]))
    values = network.score_in_blocks(features)
    hook.remove()
    assert len(sizes) == min(rows, 1)
    torch.testing.assert_close(values, network.score(features))
    assert not values.requires_grad
