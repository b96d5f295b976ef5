"""The bounds of a training configuration."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tetris_arcade.config.training import IncompatibleCheckpointError, TrainConfig
from tetris_arcade.storage.model_archive import parse_model
from tetris_arcade.storage.policy_shape import describe_policy
from tetris_arcade.training.checkpoint_state import training_model_zip
from tetris_arcade.training.factory import build_learner


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("num_envs", 0),
        ("num_envs", 100_000_000),
        ("seed", -1),
        ("seed", 2**32),
        ("batch_size", 0),
        ("buffer_size", 10**12),
        ("learning_rate", -1.0),
        ("gamma", 2.0),
        ("total_timesteps", 10**30),
        ("final_epsilon", 1.5),
        ("net_arch", (0,)),
        ("net_arch", (-3, 8)),
        ("net_arch", (1_000_000, 1_000_000)),
        ("net_arch", (8,) * 6),
        ("net_arch", (1_024, 1_024)),
    ],
)
def test_value_out_of_range_is_named(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=field):
        replace(TrainConfig(), **{field: value})  # type: ignore[arg-type]
    with pytest.raises(IncompatibleCheckpointError, match=field):
        TrainConfig.from_dict({**TrainConfig().to_dict(), field: value})


@pytest.mark.parametrize("net_arch", [(), (1,), (8,) * 5, (1_024, 960)])
def test_trainable_network_can_be_loaded(net_arch: tuple[int, ...]) -> None:
    model = build_learner(TrainConfig(net_arch=net_arch, num_envs=1, buffer_size=100))
    for group in model.policy.optimizer.param_groups:  # as after a step: Adam keeps two numbers per weight
        for weight in group["params"]:
            weight.grad = weight.detach().clone().zero_()
    model.policy.optimizer.step()
    assert describe_policy(parse_model(training_model_zip(model)).policy).net_arch == net_arch
