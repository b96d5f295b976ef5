"""The complete state of a run as the contents of files, and back: a resumed run continues bit for bit.

stable-baselines3's `model.zip` holds the network that plays: the target network. `trainer_state.npz` holds
what it leaves out: the online network, the optimizer, the running games, the random generators and the
progress. `replay_buffer.npz` holds the replay buffer, `graphs.npz` the state of the listener. No pickle in
any of them is ever loaded.
"""

from __future__ import annotations

import copy
import io
import json
import random
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from tetris_arcade.config.evaluation import MAX_METRIC
from tetris_arcade.config.plain_data import shorten_for_message
from tetris_arcade.engine.randomizer import generator_from_state, generator_state
from tetris_arcade.storage.run_graphs import GRAPHS_NAME
from tetris_arcade.training.dqn import PlacementDQN
from tetris_arcade.training.run_listener import RunProgress

Arrays = dict[str, NDArray[Any]]

REPLAY_BUFFER_NAME = "replay_buffer.npz"
LISTENER_STATE_NAME = GRAPHS_NAME

_COUNTERS = {"num_timesteps": 0, "n_calls": 0, "n_updates": 0, "episode_num": 0, "exploration_rate": 0.0}
_ADAM_STATE = {"step", "exp_avg", "exp_avg_sq"}
"""What the optimizer keeps for each parameter."""
_ONLINE = "online."
"""Prefix of the online network's parameters."""
_STORED_NAMES = {"best_eval_metric": "best_eval_figure"}
"""Field of `RunProgress`: its name in the file, where that is another one."""


def training_model_zip(model: PlacementDQN) -> bytes:
    """Return a `model.zip` with both networks; plain `DQN.load` opens it."""
    buffer = io.BytesIO()
    # stable-baselines3 also writes arrays as readable text; in full, that takes longer than everything else.
    with np.printoptions(threshold=8):
        model.save(buffer)
    return buffer.getvalue()


def playing_model_zip(model: PlacementDQN) -> bytes:
    """Return a `model.zip` that plays: the target network takes the online network's place.

    See `factory.playing_network` for the reason.
    """
    online = copy.deepcopy(model.q_net.state_dict())
    model.q_net.load_state_dict(model.q_net_target.state_dict())
    try:
        return training_model_zip(model)
    finally:
        model.q_net.load_state_dict(online)


def to_npz(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the arrays as an uncompressed npz file."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def capture_state(model: PlacementDQN, progress: RunProgress) -> Arrays:
    """Copy everything that `model.zip` and the replay buffer leave out, as named arrays."""
    assert model.replay_buffer is not None
    scalars = {
        "counters": {_STORED_NAMES.get(name, name): value for name, value in asdict(progress).items()},
        "num_timesteps": model.num_timesteps,
        "n_calls": model._n_calls,
        "n_updates": model._n_updates,
        "episode_num": model._episode_num,
        "exploration_rate": model.exploration_rate,
        "generator": generator_state(model.generator),
        "replay_generator": generator_state(model.replay_buffer.generator),
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
    for name, weights in model.q_net.state_dict().items():
        arrays[_ONLINE + name] = np.array(weights.numpy())
    if model.shown_colors is not None:
        arrays["shown_colors"] = model.shown_colors.copy()
    for index, state in model.policy.optimizer.state_dict()["state"].items():
        for name, value in state.items():
            arrays[f"optimizer.{index}.{name}"] = np.array(value.detach().numpy())
    return arrays


def restore_state(
    model: PlacementDQN, policy: Mapping[str, NDArray[np.float32]], state: Arrays, replay_buffer: Arrays
) -> RunProgress:
    """Put a newly built model into the state that `capture_state` copied, and return the run's progress.

    Raises ValueError if the state is damaged or belongs to a different model.
    """
    try:
        return _restore(model, policy, state, replay_buffer)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, RuntimeError, TypeError) as error:
        raise ValueError(f"the saved state is broken: {type(error).__name__}") from error


def _restore(
    model: PlacementDQN, policy: Mapping[str, NDArray[np.float32]], state: Arrays, replay_buffer: Arrays
) -> RunProgress:
    assert model.replay_buffer is not None
    load_policy(model, _with_online_network(policy, state))
    scalars = json.loads(state["scalars"].tobytes())
    _check_numbers(scalars, _COUNTERS)
    progress = _parse_progress(scalars["counters"])
    _restore_optimizer(model.policy.optimizer, state)
    games = {name.removeprefix("games."): array for name, array in state.items() if name.startswith("games.")}
    model._last_obs = model.placements_env.load_state(games)
    model.replay_buffer.load_state(replay_buffer)
    model.num_timesteps = scalars["num_timesteps"]
    model._n_calls = scalars["n_calls"]
    model._n_updates = scalars["n_updates"]
    model._episode_num = scalars["episode_num"]
    model.exploration_rate = scalars["exploration_rate"]
    model.last_loss, model.last_mean_value = progress.loss, progress.mean_value
    model.sync_with_env()
    colors = state.get("shown_colors")  # earlier versions did not save it
    model.shown_colors = colors if colors is not None and colors.dtype == np.uint8 else None
    model.generator[:] = generator_from_state(scalars["generator"])
    model.replay_buffer.generator[:] = generator_from_state(scalars["replay_generator"])
    _restore_global_generators(scalars["python_random"], state)
    return progress


def _with_online_network(
    policy: Mapping[str, NDArray[np.float32]], state: Arrays
) -> dict[str, NDArray[np.float32]]:
    """The policy with the online network of the state; earlier versions stored it in `model.zip`."""
    online = {
        "q_net." + name.removeprefix(_ONLINE): array
        for name, array in state.items()
        if name.startswith(_ONLINE)
    }
    for name, array in online.items():
        if array.dtype != np.float32 or not np.isfinite(array).all():
            raise ValueError(f"saved {name} is not a network's")
    return {**policy, **online}


def _parse_progress(stored: Mapping[str, Any]) -> RunProgress:
    """Return the stored progress, ignoring fields of earlier versions."""
    names = [field.name for field in fields(RunProgress)]
    values = {name: stored[_STORED_NAMES.get(name, name)] for name in names}
    _check_numbers(values, asdict(RunProgress()))
    return RunProgress(**values)


def _restore_global_generators(python_random: Any, state: Arrays) -> None:
    version, internal, gauss = python_random
    random.setstate((version, tuple(internal), gauss))
    torch.set_rng_state(torch.from_numpy(state["torch_random"].copy()))
    position, has_gauss, cached = state["numpy_random_rest"]
    np.random.set_state(("MT19937", state["numpy_random_keys"], int(position), int(has_gauss), float(cached)))


def _check_numbers(stored: Mapping[str, Any], examples: Mapping[str, Any]) -> None:
    """Raise ValueError unless the stored numbers are like `examples`; others would break the run later."""
    for name, example in examples.items():
        for number in stored[name] if isinstance(example, list) else [stored[name]]:
            is_number = type(number) is int or (type(number) is float and isinstance(example, float))
            # The loss is NaN before the first update, so that any number is accepted for it.
            is_bounded = example != example or (is_number and 0 <= number <= MAX_METRIC)
            if not is_number or not is_bounded:
                raise ValueError(
                    f"saved {name} must be 0..{MAX_METRIC:.0e}, got {shorten_for_message(number)}"
                )


def load_policy(model: PlacementDQN, policy: Mapping[str, NDArray[np.float32]]) -> None:
    """Load a checkpoint's weights into both networks.

    Raises ValueError unless names and shapes are exactly those of `model`.
    """
    expected = model.policy.state_dict()
    if set(policy) != set(expected) or any(
        policy[name].shape != tuple(tensor.shape) for name, tensor in expected.items()
    ):
        raise ValueError("the checkpoint's network does not have the shape of this run's")
    model.policy.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in policy.items()})


def _restore_optimizer(optimizer: torch.optim.Optimizer, arrays: Arrays) -> None:
    state: dict[int, dict[str, torch.Tensor]] = {}
    (group,) = optimizer.param_groups
    for key, array in arrays.items():
        if key.startswith("optimizer."):
            _, index, name = key.split(".")
            shape = () if name == "step" else tuple(group["params"][int(index)].shape)
            minimum = -np.inf if name == "exp_avg" else 0
            is_sound = array.shape == shape and array.dtype == np.float32 and np.isfinite(array).all()
            if not is_sound or array.min() < minimum:
                raise ValueError(f"saved {key} does not belong to this run's optimizer")
            state.setdefault(int(index), {})[name] = torch.from_numpy(np.array(array))
    if any(names.keys() != _ADAM_STATE for names in state.values()):
        raise ValueError("the saved optimizer is not of this run's kind")
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
