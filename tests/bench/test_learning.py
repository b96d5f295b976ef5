"""The benchmark of learning, at the smallest size."""

from __future__ import annotations

import pytest

from tetris_arcade.bench import learning
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.training.factory import build_learner

pytestmark = pytest.mark.system


def test_a_turn_ends_with_the_call_in_which_its_time_is_over() -> None:
    model = build_learner(TrainConfig(num_envs=16))
    model.prepare()
    for turn in (1, 2, 3):
        assert learning._learn_for(model, 1e-9) > 0
        assert model.num_timesteps == turn * learning._CALL_TIMESTEPS


def test_rates_are_compared() -> None:
    rates = learning.compare_rates(0.01)
    assert all(rate > 0 for rate in rates.values())
    assert {"torch_timesteps_per_second", "compiled_times_torch", "default_times_torch"} <= set(rates)
