"""The compiled timestep, compared with stable-baselines3's loop and torch on the same random numbers."""

from __future__ import annotations

import copy
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.training.compiled_learner import CompiledLearner
from tetris_arcade.training.dqn import PlacementDQN, TrainingDivergedError
from tetris_arcade.training.factory import build_learner

CONFIGS = {
    "plain": {},
    "double q": {"double_q": True},
    "five steps": {"n_steps": 5, "huber_delta": 30.0},
    "small delta": {"huber_delta": 0.05},
    "linear": {"net_arch": ()},
    "odd layers": {"net_arch": (33, 20, 7)},
    "classic": {"env": EnvConfig(features="classic", height=8, max_pieces=60, game_over_penalty=10.0)},
    "garbage": {"env": EnvConfig(height=6, garbage_every=5, max_pieces=40, game_over_penalty=3.0)},
    "low": {"env": EnvConfig(height=4, pieces="uniform", max_pieces=20, game_over_penalty=3.0)},
}


def _model(is_compiled: bool, monkeypatch: pytest.MonkeyPatch, **fields: Any) -> PlacementDQN:
    sizes: dict[str, Any] = {"num_envs": 6, "learning_starts": 60, "batch_size": 32, "buffer_size": 1_200}
    defaults = {**sizes, "learning_rate": 2e-3}  # Rounding grows with the steps.
    config = TrainConfig(**{**defaults, "seed": 5, "env": EnvConfig(height=8, max_pieces=50), **fields})
    if not is_compiled:
        monkeypatch.setattr(CompiledLearner, "supports", staticmethod(lambda model: False))
    model = build_learner(config)
    model.prepare()
    monkeypatch.undo()
    assert (model._compiled is not None) == is_compiled
    if not is_compiled:
        monkeypatch.setattr(model, "sync_with_env", lambda: None)
    return model


def _learn(model: PlacementDQN, timesteps: int) -> None:
    model.learn(timesteps, log_interval=None, reset_num_timesteps=False)


@pytest.mark.parametrize("name", CONFIGS)
def test_play_equals_stable_baselines(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without gradient steps, every game, transition and random number is the same."""
    fields = {**CONFIGS[name], "gradient_steps": 0, "exploration_timesteps": 600}
    if name == "classic":  # different boards have equal features, and torch's rounding decides between them
        fields["final_epsilon"] = 1.0
    compiled, plain = (_model(is_compiled, monkeypatch, **fields) for is_compiled in (True, False))
    for model in (compiled, plain):
        _learn(model, 3_000)
    assert compiled.replay_buffer is not None
    assert plain.replay_buffer is not None
    for field in compiled.replay_buffer.ring._fields:
        np.testing.assert_array_equal(
            getattr(compiled.replay_buffer.ring, field), getattr(plain.replay_buffer.ring, field), field
        )
    for field in compiled.placements_env.games._fields:
        np.testing.assert_array_equal(
            getattr(compiled.placements_env.games, field), getattr(plain.placements_env.games, field), field
        )
    assert compiled.generator.tolist() == plain.generator.tolist()
    assert (compiled._episode_num, compiled._n_calls) == (plain._episode_num, plain._n_calls)
    assert compiled._episode_num > 20


@pytest.mark.parametrize("name", CONFIGS)
def test_learning_equals_torch(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the same transitions and random numbers, 100 gradient steps lead to the same parameters."""
    compiled, plain = (_model(is_compiled, monkeypatch, **CONFIGS[name]) for is_compiled in (True, False))
    assert compiled.replay_buffer is not None
    assert plain.replay_buffer is not None
    compiled.gradient_steps = 0
    _learn(compiled, 3_000)
    plain.replay_buffer.load_state(compiled.replay_buffer.save_state())
    plain.num_timesteps, plain._n_calls = compiled.num_timesteps, compiled._n_calls
    for _ in range(100):
        for model in (compiled, plain):
            model.train(1, 32)
            model._on_step()
        assert compiled.last_loss == pytest.approx(plain.last_loss, abs=1e-5)
        assert compiled.last_mean_value == pytest.approx(plain.last_mean_value, abs=1e-5)
    expected = plain.policy.state_dict()
    for key, tensor in compiled.policy.state_dict().items():
        torch.testing.assert_close(tensor, expected[key], atol=1e-5, rtol=0)
    assert compiled.replay_buffer.generator.tolist() == plain.replay_buffer.generator.tolist()


def test_values_shown_are_those_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled, plain = (_model(is_compiled, monkeypatch) for is_compiled in (True, False))
    shown: dict[str, list[Any]] = {"compiled": [], "plain": []}
    for name, model in (("compiled", compiled), ("plain", plain)):
        from stable_baselines3.common.callbacks import CallbackList

        from tetris_arcade.training.callbacks import PlacementCallback

        class Recorder(PlacementCallback):
            def _on_step(self) -> bool:
                shown[name].append(self.model.values_before_step())  # noqa: B023
                return True

        model.gradient_steps = 0
        model.learn(600, CallbackList([Recorder()]), log_interval=None, reset_num_timesteps=False)
    np.testing.assert_allclose(shown["compiled"], shown["plain"], atol=1e-5)
    assert len(shown["plain"]) == 100


def test_loading_an_optimizer_state_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (_model(True, monkeypatch) for _ in range(2))
    _learn(first, 600)
    assert first.replay_buffer is not None
    assert second.replay_buffer is not None
    second.policy.load_state_dict(first.policy.state_dict())
    second.policy.optimizer.load_state_dict(copy.deepcopy(first.policy.optimizer.state_dict()))
    second.replay_buffer.load_state(first.replay_buffer.save_state())
    second.replay_buffer.generator[:] = first.replay_buffer.generator
    second.num_timesteps = first.num_timesteps
    for model in (first, second):
        model.train(20, 32)
    expected = first.policy.state_dict()
    assert all(torch.equal(tensor, expected[key]) for key, tensor in second.policy.state_dict().items())


def test_unknown_parts_run_in_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    model = _model(True, monkeypatch)
    model.policy.optimizer = torch.optim.AdamW(model.q_net.parameters())
    _learn(model, 300)
    assert model._compiled is None
    assert np.isfinite(model.last_loss)


def test_torch_continues_from_the_present_boards(monkeypatch: pytest.MonkeyPatch) -> None:
    model = _model(True, monkeypatch)
    _learn(model, 300)
    model.policy.optimizer = torch.optim.AdamW(model.q_net.parameters())
    model.sync_with_env()
    expected = model.placements_env.load_state(model.placements_env.save_state())
    np.testing.assert_array_equal(np.asarray(model._last_obs), expected)


@pytest.mark.parametrize("is_compiled", [True, False])
def test_nothing_is_learned_from_an_empty_buffer(is_compiled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    model = _model(is_compiled, monkeypatch)
    model.train(1, 32)
    assert model._n_updates == 0
    assert model.replay_buffer is not None
    with pytest.raises(ValueError, match="empty"):
        model.replay_buffer.sample(32)


def test_infinite_loss_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    model = _model(True, monkeypatch)
    _learn(model, 300)
    with torch.no_grad():
        next(model.q_net.parameters()).fill_(float("inf"))
    with pytest.raises(TrainingDivergedError, match=r"the loss became (nan|inf) after \d+ updates"):
        model.train(1, 32)


def test_training_does_without_the_compiler_of_torch() -> None:
    """Its import would cost every start of a training a second and 70 MB."""
    program = """
import copy, sys
from tetris_arcade.config.training import TrainConfig
from tetris_arcade.training.factory import build_learner
model = build_learner(TrainConfig(num_envs=4, learning_starts=20, batch_size=8, buffer_size=400))
model.prepare()
model.learn(100, log_interval=None, reset_num_timesteps=False)
model.policy.optimizer.load_state_dict(copy.deepcopy(model.policy.optimizer.state_dict()))
assert model._n_updates > 0
assert "torch._dynamo" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
