"""Networks computed in registers, compared with numpy and torch."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional as F  # noqa: N812

from tetris_arcade.engine.dense import (
    BIAS,
    BLOCK_ROWS,
    INPUTS,
    OUTPUTS,
    ROW_WIDTH,
    WEIGHT,
    WIDTH,
    layer_table,
    new_activations,
    value_rows,
)
from tetris_arcade.engine.dense_gradients import (
    average_into,
    compute_gradients,
    new_gradient_workspace,
    step_adam,
)

ARCHITECTURES = [(64, 64), (128, 64), (16,), (), (5, 3), (33, 20, 7), (256,)]


def _network(hidden: tuple[int, ...], inputs: int = 21) -> torch.nn.Sequential:
    torch.manual_seed(len(hidden))
    sizes = [inputs, *hidden, 1]
    modules: list[torch.nn.Module] = []
    for size, following in itertools.pairwise(sizes):
        modules += [torch.nn.Linear(size, following), torch.nn.ReLU()]
    return torch.nn.Sequential(*modules[:-1])


def _flatten(tensors: list[Any], layers: NDArray[np.int64], length: int) -> NDArray[np.float32]:
    """Lay out weights and biases, in torch's order, as one flat array."""
    flat = np.zeros(length, np.float32)
    for k, layer in enumerate(layers):
        inputs, outputs, width = layer[INPUTS], layer[OUTPUTS], layer[WIDTH]
        weight, bias = (tensor.detach().numpy() for tensor in tensors[2 * k : 2 * k + 2])
        if k == len(layers) - 1:
            flat[layer[WEIGHT] :][:inputs] = weight[0]
        else:
            flat[layer[WEIGHT] :][: inputs * width].reshape(inputs, width)[:, :outputs] = weight.T
        flat[layer[BIAS] :][:outputs] = bias
    return flat


def _rows(generator: np.random.Generator, count: int, inputs: int = 21) -> NDArray[np.float32]:
    rows = np.zeros((count + BLOCK_ROWS, ROW_WIDTH), np.float32)
    rows[:count, :inputs] = generator.random((count, inputs))
    return rows


@pytest.mark.parametrize("hidden", ARCHITECTURES)
@pytest.mark.parametrize("count", [1, 6, 47, 130])
def test_values_equal_torch(hidden: tuple[int, ...], count: int) -> None:
    network = _network(hidden)
    layers, length = layer_table([21, *hidden, 1])
    params = _flatten(list(network.parameters()), layers, length)
    rows, values = _rows(np.random.default_rng(0), count), np.zeros(count, np.float32)
    value_rows(params, layers, rows, count, new_activations(layers), values)
    expected = network(torch.from_numpy(rows[:count, :21])).detach().numpy()[:, 0]
    np.testing.assert_allclose(values, expected, atol=1e-5)


def test_a_value_does_not_depend_on_its_row() -> None:
    layers, length = layer_table([21, 64, 64, 1])
    params = _flatten(list(_network((64, 64)).parameters()), layers, length)
    rows, values = _rows(np.random.default_rng(1), 100), np.zeros(100, np.float32)
    rows[:100] = rows[0]
    value_rows(params, layers, rows, 100, new_activations(layers), values)
    assert len(set(values.tolist())) == 1


@pytest.mark.parametrize(
    ("hidden", "huber_delta"),
    [*((hidden, 1.0) for hidden in ARCHITECTURES), ((64, 64), 0.05), ((64, 64), 30.0)],
)
def test_a_hundred_steps_equal_torch(hidden: tuple[int, ...], huber_delta: float) -> None:
    """Gradients, the loss and the parameters after 100 steps of Adam with clipping."""
    batch, generator = 50, np.random.default_rng(2)
    network = _network(hidden)
    layers, length = layer_table([21, *hidden, 1])
    params = _flatten(list(network.parameters()), layers, length)
    gradients, first, second = np.zeros((3, length), np.float32)
    steps, values = np.zeros(2 * len(layers), np.float32), np.zeros(batch, np.float32)
    workspace = new_gradient_workspace(layers, batch)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    for _ in range(100):
        rows, targets = _rows(generator, batch), 3 * generator.random(batch, np.float32)
        loss = compute_gradients(params, layers, rows, targets, huber_delta, workspace, gradients, values)
        expected_values = network(torch.from_numpy(rows[:batch, :21])).squeeze(-1)
        expected_loss = (
            F.huber_loss(expected_values, torch.from_numpy(targets), delta=huber_delta) / huber_delta
        )
        optimizer.zero_grad()
        expected_loss.backward()
        expected = _flatten([tensor.grad for tensor in network.parameters()], layers, length)
        np.testing.assert_allclose(gradients, expected, atol=1e-5)
        assert loss == pytest.approx(expected_loss.item(), abs=1e-5)
        torch.nn.utils.clip_grad_norm_(network.parameters(), 0.5)
        optimizer.step()
        step_adam(params, gradients, first, second, steps, 2e-3, 0.5)
    np.testing.assert_allclose(
        params, _flatten(list(network.parameters()), layers, length), atol=1e-5, rtol=0
    )
    assert steps.tolist() == [100.0] * len(steps)


def test_average_moves_by_its_share() -> None:
    target, online = np.zeros(20, np.float32), np.full(20, 2, np.float32)
    average_into(target, online, 0.25)
    assert target.tolist() == [0.5] * 20


def test_processor_without_vector_instructions_computes_the_same(tmp_path: Any) -> None:
    """numba can compile for a processor that has neither AVX nor fused multiply-add."""
    program = """
import numpy as np
from tetris_arcade.engine.dense import layer_table, new_activations, value_rows
layers, length = layer_table([21, 64, 64, 1])
generator = np.random.default_rng(3)
params = generator.normal(size=length).astype(np.float32)
rows, values = np.zeros((46, 32), np.float32), np.zeros(40, np.float32)
rows[:40, :21] = generator.random((40, 21))
value_rows(params, layers, rows, 40, new_activations(layers), values)
print(*values.tolist())
"""
    results = []
    for changes in ({}, {"NUMBA_CPU_NAME": "generic", "NUMBA_CACHE_DIR": str(tmp_path)}):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, **changes},
            capture_output=True,
            text=True,
            check=True,
        )
        results.append([float(word) for word in done.stdout.split()])
    np.testing.assert_allclose(results[0], results[1], rtol=1e-4)
    assert len(results[0]) == 40
