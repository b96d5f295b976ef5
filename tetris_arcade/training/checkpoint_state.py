"""A run's whole state, to files' contents and back, so that a resumed run goes on bit for bit.

The network, target network included, is in stable-baselines3's `model.zip`. `trainer_state.npz` holds what
that leaves out: optimizer, games, generators, counters; `replay_buffer.npz` the replay buffer; `graphs.npz`
what the listener wants to find again. No file holds a pickle that is ever loaded.
"""

from __future__ import annotations

import copy
import io
import json
import random
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from tetris_arcade.config.evaluation import MAX_METRIC
from tetris_arcade.config.plain_data import shorten_for_message
from tetris_arcade.training.dqn import PlacementDQN
from tetris_arcade.training.run_listener import RunProgress

Arrays = dict[str, NDArray[Any]]

_COUNTS = {"num_timesteps": 0, "n_calls": 0, "n_updates": 0, "episode_num": 0, "exploration_rate": 0.0}
_ADAM = {"step", "exp_avg", "exp_avg_sq"}
"""What the optimizer keeps of each parameter."""

MODEL, STATE, REPLAY, MEMORY = "model.zip", "trainer_state.npz", "replay_buffer.npz", "graphs.npz"


def training_model_zip(model: PlacementDQN) -> bytes:
    """`model.zip` of a run that can go on, as plain `DQN.load` opens it."""
    buffer = io.BytesIO()
    # stable-baselines3 also writes arrays as text for people; in full that takes longer than all the rest.
    with np.printoptions(threshold=8):
        model.save(buffer)
    return buffer.getvalue()


def playing_model_zip(model: PlacementDQN) -> bytes:
    """`model.zip` of a model that only plays: both its networks are the averaged one, see
    `learner.playing_network`."""
    online = copy.deepcopy(model.q_net.state_dict())
    model.q_net.load_state_dict(model.q_net_target.state_dict())
    try:
        return training_model_zip(model)
    finally:
        model.q_net.load_state_dict(online)


def to_npz(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Arrays as an uncompressed npz."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def capture_state(model: PlacementDQN, counters: RunProgress) -> Arrays:
    """All that `model.zip` and the replay buffer leave out, copied, as named arrays."""
    assert model.replay_buffer is not None
    scalars = {
        "counters": asdict(counters),
        "num_timesteps": model.num_timesteps,
        "n_calls": model._n_calls,
        "n_updates": model._n_updates,
        "episode_num": model._episode_num,
        "exploration_rate": model.exploration_rate,
        "generator": model.generator.bit_generator.state,
        "replay_generator": model.replay_buffer.generator.bit_generator.state,
        "python_random": list(random.getstate()),
    }
    numpy_state: tuple[Any, ...] = np.random.get_state(legacy=True)  # type: ignore[assignment]
    arrays: Arrays = {
        "scalars": np.frombuffer(json.dumps(scalars).encode(), np.uint8).copy(),
        "torch_random": torch.get_rng_state().numpy().copy(),
        "numpy_random_keys": np.array(numpy_state[1]),
        "numpy_random_rest": np.array(numpy_state[2:], np.float64),
    }
    for name, array in model.placements_env.save_state().items():
        arrays[f"games.{name}"] = array
    for index, state in model.policy.optimizer.state_dict()["state"].items():
        for name, value in state.items():
            arrays[f"optimizer.{index}.{name}"] = np.array(value.detach().numpy())
    return arrays


def restore_state(
    model: PlacementDQN, policy: Mapping[str, NDArray[np.float32]], state: Arrays, replay: Arrays
) -> RunProgress:
    """Put a freshly built model where `capture_state` was taken; raises ValueError where the state is
    another model's, or none."""
    try:
        return _restore(model, policy, state, replay)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, RuntimeError, TypeError) as error:
        raise ValueError(f"the saved state is broken: {type(error).__name__}") from error


def _restore(
    model: PlacementDQN, policy: Mapping[str, NDArray[np.float32]], state: Arrays, replay: Arrays
) -> RunProgress:
    assert model.replay_buffer is not None
    load_policy(model, policy)
    scalars = json.loads(state["scalars"].tobytes())
    _check_finite_and_bounded(scalars, _COUNTS)
    _check_finite_and_bounded(scalars["counters"], asdict(RunProgress()))
    _restore_optimizer(model.policy.optimizer, state)
    games = {name.removeprefix("games."): array for name, array in state.items() if name.startswith("games.")}
    model._last_obs = model.placements_env.load_state(games)
    model.replay_buffer.load_state(replay)
    model.num_timesteps = scalars["num_timesteps"]
    model._n_calls = scalars["n_calls"]
    model._n_updates = scalars["n_updates"]
    model._episode_num = scalars["episode_num"]
    model.exploration_rate = scalars["exploration_rate"]
    model.generator.bit_generator.state = scalars["generator"]
    model.replay_buffer.generator.bit_generator.state = scalars["replay_generator"]
    version, internal, gauss = scalars["python_random"]
    random.setstate((version, tuple(internal), gauss))
    torch.set_rng_state(torch.from_numpy(state["torch_random"].copy()))
    position, has_gauss, cached = state["numpy_random_rest"]
    np.random.set_state(("MT19937", state["numpy_random_keys"], int(position), int(has_gauss), float(cached)))
    counters = RunProgress(**scalars["counters"])
    model.last_loss, model.last_mean_value = counters.loss, counters.mean_value
    return counters


def _check_finite_and_bounded(saved: Mapping[str, Any], like: Mapping[str, Any]) -> None:
    """ValueError unless these are such numbers as in `like`: others would break the run only later."""
    for name, mine in like.items():
        for number in saved[name] if isinstance(mine, list) else [saved[name]]:
            is_whole = not isinstance(mine, float)
            is_number = type(number) is int or (type(number) is float and not is_whole)
            # The loss is not known at first, and NaN.
            if not is_number or (mine == mine and not 0 <= number <= MAX_METRIC):
                raise ValueError(
                    f"saved {name} must be 0..{MAX_METRIC:.0e}, got {shorten_for_message(number)}"
                )


def load_policy(model: PlacementDQN, policy: Mapping[str, NDArray[np.float32]]) -> None:
    """Put a checkpoint's weights into both networks; names and shapes must be exactly this model's."""
    expected = model.policy.state_dict()
    if set(policy) != set(expected) or any(
        policy[name].shape != tuple(tensor.shape) for name, tensor in expected.items()
    ):
        raise ValueError("the checkpoint's network is not of this run's shape")
    model.policy.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in policy.items()})


def _restore_optimizer(optimizer: torch.optim.Optimizer, arrays: Arrays) -> None:
    state: dict[int, dict[str, torch.Tensor]] = {}
    (group,) = optimizer.param_groups
    for key, array in arrays.items():
        if key.startswith("optimizer."):
            _, index, name = key.split(".")
            shape = () if name == "step" else tuple(group["params"][int(index)].shape)
            lowest = -np.inf if name == "exp_avg" else 0
            is_sound = array.shape == shape and array.dtype == np.float32 and np.isfinite(array).all()
            if not is_sound or array.min() < lowest:
                raise ValueError(f"saved {key} is not of this run's optimizer")
            state.setdefault(int(index), {})[name] = torch.from_numpy(np.array(array))
    if any(names.keys() != _ADAM for names in state.values()):
        raise ValueError("the saved optimizer is not of this run's kind")
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
