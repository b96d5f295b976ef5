"""The last gradient step in numbers, followed for one transition of its minibatch.

Everything is read from what the kernels left in memory: following a step costs the learner nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from tetris_arcade.config.learner_record import MAX_PLACEMENTS
from tetris_arcade.engine.dense import INPUTS, WEIGHT
from tetris_arcade.engine.dense_gradients import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON
from tetris_arcade.engine.game_state import RUNNING
from tetris_arcade.training.compiled_learner import CompiledLearner

if TYPE_CHECKING:
    from tetris_arcade.training.dqn import PlacementDQN


def write_update(model: PlacementDQN, compiled: CompiledLearner, record: Any) -> None:
    """Fill in an UPDATE record with the last gradient step of `model`.

    Call it between that step and the next move, which can overwrite the oldest transition.
    """
    learning = compiled.learning
    errors = learning.targets - learning.values
    row = int(np.abs(errors).argmax())
    record["number"], record["row"] = model._n_updates, row
    record["batch_size"] = learning.targets.shape[0]
    _write_transition(model, compiled, row, record)
    _write_target(compiled, row, record)
    record["value"], record["td_error"] = learning.values[row], errors[row]
    record["huber_delta"], record["loss"] = compiled.rule.huber_delta, model.last_loss
    _write_gradient_step(model, compiled, record)
    features = torch.from_numpy(record["features"][: record["num_features"]].copy())
    with torch.no_grad():
        record["value_after"] = float(model.q_net.score(features))


def _write_transition(model: PlacementDQN, compiled: CompiledLearner, row: int, record: Any) -> None:
    assert model.replay_buffer is not None
    ring, drawn = model.replay_buffer.ring, compiled.learning.drawn
    env, first, capacity = int(drawn.env[row]), int(drawn.first[row]), ring.reward.shape[1]
    age = int(ring.stored[env] - 1 - first) % capacity
    steps = 1
    while (
        steps < min(compiled.rule.n_steps, age + 1)
        and ring.ending[env, _at(first, steps, capacity)] == RUNNING
    ):
        steps += 1
    count = ring.features.shape[2]
    record["age"], record["steps"], record["num_features"] = age * ring.reward.shape[0], steps, count
    record["features"] = 0
    record["features"][:count] = ring.features[env, first] * np.float32(0.5)
    record["ending"] = ring.ending[env, _at(first, steps, capacity)]
    record["returns"], record["discount"] = drawn.returns[row], drawn.discounts[row]
    boards = drawn.boards
    record["columns"], record["height"] = boards.columns[row], model.replay_buffer.height
    record["piece"], record["next_piece"] = boards.piece[row], boards.next_piece[row]


def _at(first: int, steps: int, capacity: int) -> int:
    """Where the last of `steps` transitions from `first` on is stored."""
    return (first + steps - 1) % capacity


def _write_target(compiled: CompiledLearner, row: int, record: Any) -> None:
    learning, placements = compiled.learning, compiled.learning.placements
    start, end = int(placements.ends[row - 1]) if row else 0, int(placements.ends[row])
    count = min(end - start, MAX_PLACEMENTS)
    record["num_placements"] = count
    record["actions"], record["values"] = -1, np.nan
    record["actions"][:count] = placements.actions[start : start + count, 0]
    record["values"][:count] = placements.values[start : start + count]
    record["next_value"], record["target"] = learning.next_values[row], learning.targets[row]


def _write_gradient_step(model: PlacementDQN, compiled: CompiledLearner, record: Any) -> None:
    """Write the step and, as an example, the weight of the last layer with the largest gradient."""
    network, learning_rate = compiled.network, model._current_learning_rate()
    norm = gradient_norm(compiled)
    clip = min(1.0, model.max_grad_norm / (norm + 1e-6))
    last = network.layers[-1]
    start = int(last[WEIGHT])
    weight = int(np.abs(network.gradients[start : start + int(last[INPUTS])]).argmax())
    at, step = start + weight, float(network.steps[0])
    first = float(network.first_moment[at]) / (1.0 - ADAM_BETA1**step)
    second = float(network.second_moment[at]) / (1.0 - ADAM_BETA2**step)
    after = float(network.online[at])
    record["gradient_norm"], record["max_grad_norm"] = norm, model.max_grad_norm
    record["learning_rate"], record["weight"] = learning_rate, weight
    record["weight_gradient"] = float(network.gradients[at]) * clip
    record["first_moment"], record["second_moment"] = first, second
    record["weight_before"] = after + learning_rate * first / (math.sqrt(second) + ADAM_EPSILON)
    record["weight_after"] = after


def gradient_norm(compiled: CompiledLearner) -> float:
    """The length of the last minibatch's gradient, before it was clipped."""
    return float(np.linalg.norm(compiled.network.gradients))
