"""Saved states are restored exactly; damaged ones are refused before the run continues."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tetris_arcade.config.training import TrainConfig
from tetris_arcade.engine.color_board import ColorBoard
from tetris_arcade.engine.tetromino import GARBAGE
from tetris_arcade.training.checkpoint_state import Arrays, capture_state, restore_state
from tetris_arcade.training.dqn import PlacementDQN
from tetris_arcade.training.factory import build_learner
from tetris_arcade.training.run_listener import RunProgress

Saved = tuple[PlacementDQN, dict[str, Any], Arrays, Arrays]


@pytest.fixture(scope="module")
def saved(small: TrainConfig) -> Saved:
    """A model after some updates, and its weights, trainer state and replay buffer."""
    model = build_learner(small)
    model.prepare()
    model.learn(400, reset_num_timesteps=False)
    assert model.replay_buffer is not None
    policy = {name: tensor.numpy().copy() for name, tensor in model.policy.state_dict().items()}
    return model, policy, capture_state(model, RunProgress()), model.replay_buffer.save_state()


def _with_scalars(state: Arrays, change: dict[str, Any]) -> Arrays:
    scalars = {**json.loads(state["scalars"].tobytes()), **change}
    return {**state, "scalars": np.frombuffer(json.dumps(scalars).encode(), np.uint8)}


def test_state_is_restored_exactly(saved: Saved) -> None:
    model, policy, state, replay_buffer = saved
    restore_state(model, policy, state, replay_buffer)
    again = capture_state(model, RunProgress())
    assert again.keys() == state.keys()
    assert all(np.array_equal(array, again[name]) for name, array in state.items())


@pytest.mark.parametrize(
    "change",
    [
        {"num_timesteps": None},
        {"n_updates": []},
        {"n_calls": -1},
        {"episode_num": 2**70},
        {"exploration_rate": "x"},
        {"exploration_rate": float("nan")},
        {"generator": {"bit_generator": "PCG64"}},
        {"replay_generator": 7},
        {"python_random": [3, [1, 2], None]},
        {"python_random": 5},
        {"counters": {}},
        {"counters": []},
    ],
)
def test_invalid_scalars_are_refused(change: dict[str, Any], saved: Saved) -> None:
    model, policy, state, replay_buffer = saved
    with pytest.raises(ValueError, match=r"saved|state"):
        restore_state(model, policy, _with_scalars(state, change), replay_buffer)


@pytest.mark.parametrize("name", ["scalars", "torch_random", "optimizer.0.exp_avg"])
@pytest.mark.parametrize("fault", ["missing", "shape", "type", "infinite"])
def test_invalid_arrays_are_refused(name: str, fault: str, saved: Saved) -> None:
    model, policy, state, replay_buffer = saved
    faulty = dict(state)
    del faulty[name]
    if fault != "missing":
        faulty[name] = {
            "shape": np.zeros((2, 3)),
            "type": state[name].astype(np.float64),
            "infinite": np.full_like(state[name].astype(np.float32), np.inf),
        }[fault]
    with pytest.raises(ValueError, match=r"."):
        restore_state(model, policy, faulty, replay_buffer)


def test_negative_optimizer_step_is_refused(saved: Saved) -> None:
    model, policy, state, replay_buffer = saved
    with pytest.raises(ValueError, match="does not belong to this run's optimizer"):
        restore_state(model, policy, {**state, "optimizer.0.step": np.array(-1.0, np.float32)}, replay_buffer)


def test_mutated_states_load_or_raise_value_error(saved: Saved) -> None:
    model, policy, state, replay_buffer = saved
    source, names, refused = random.Random(0), sorted(state), 0
    for _ in range(200):
        name = source.choice(["scalars", *names])
        mutant = bytearray(state[name].tobytes())
        for _ in range(source.randint(1, 3)):
            mutant[source.randrange(len(mutant))] = source.randrange(256)
        array = np.frombuffer(bytes(mutant), state[name].dtype).reshape(state[name].shape)
        try:
            restore_state(model, policy, {**state, name: array}, replay_buffer)
        except ValueError as error:
            refused += bool(str(error))
    assert refused > 20


@pytest.fixture
def colors(saved: Saved) -> NDArray[np.uint8]:
    """The board of environment 0, in which each column has the color of a piece."""
    model, policy, state, replay_buffer = saved
    restore_state(model, policy, state, replay_buffer)
    board = ColorBoard(model.placements_env.config.height)
    board.reset_from_columns(model.placements_env.games.columns[0])
    assert board.cells.any()
    return np.where(board.cells, np.arange(10) % 7 + 1, 0).astype(np.uint8)


def _restored_colors(saved: Saved, state: Arrays) -> NDArray[np.uint8]:
    model, policy, _, replay_buffer = saved
    restore_state(model, policy, state, replay_buffer)
    board = ColorBoard(model.placements_env.config.height)
    board.reset_from_columns(model.placements_env.games.columns[0], model.shown_colors)
    return board.cells


def test_colors_of_the_shown_board_are_restored(saved: Saved, colors: NDArray[np.uint8]) -> None:
    model = saved[0]
    model.shown_colors = colors
    state = capture_state(model, RunProgress())
    model.shown_colors = None
    assert np.array_equal(_restored_colors(saved, state), colors)


@pytest.mark.parametrize("fault", ["missing", "other board", "unknown color", "shape", "type"])
def test_board_without_its_colors_is_grey(saved: Saved, colors: NDArray[np.uint8], fault: str) -> None:
    faults: dict[str, Arrays] = {
        "missing": {},
        "other board": {"shown_colors": np.where(colors, 0, 1).astype(np.uint8)},
        "unknown color": {"shown_colors": np.where(colors, colors + 9, 0).astype(np.uint8)},
        "shape": {"shown_colors": colors[1:]},
        "type": {"shown_colors": colors.astype(np.float64)},
    }
    state = {**saved[2], **faults[fault]}
    assert np.array_equal(_restored_colors(saved, state), np.where(colors, GARBAGE, 0))
