"""Learns a network of `engine.dense`: gradients of the Huber loss, Adam and the target network's updates."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.dense import (
    BIAS,
    BLOCK_ROWS,
    BLOCK_UNITS,
    INPUTS,
    OUTPUTS,
    ROW_WIDTH,
    WEIGHT,
    WIDTH,
    dense_block,
    dot,
    forward_hidden,
    new_activations,
    output_value,
    widest_layer,
)
from tetris_arcade.engine.jit import inlined, kernel

_ZERO = np.float32(0)
ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON = 0.9, 0.999, 1e-8
"""Adam's constants (Kingma and Ba 2015), torch's defaults."""


class GradientWorkspace(NamedTuple):
    """Working memory for minibatches of B rows."""

    activations: NDArray[np.float32]  # see `new_activations`
    errors: NDArray[np.float32]  # [2, (B + 6) * widest] derivatives with respect to a layer's outputs
    output_errors: NDArray[np.float32]  # [B]
    transposed: NDArray[np.float32]  # [widest * widest]
    zeros: NDArray[np.float32]  # [16]


def new_gradient_workspace(layers: NDArray[np.int64], batch_size: int) -> GradientWorkspace:
    """Allocate working memory for minibatches of `batch_size` rows."""
    widest = widest_layer(layers)
    return GradientWorkspace(
        activations=new_activations(layers, batch_size),
        errors=np.zeros((2, (batch_size + BLOCK_ROWS) * widest), np.float32),
        output_errors=np.zeros(batch_size, np.float32),
        transposed=np.zeros(widest * widest, np.float32),
        zeros=np.zeros(BLOCK_UNITS, np.float32),
    )


@kernel
def compute_gradients(
    params: Any,
    layers: Any,
    rows: Any,
    targets: Any,
    huber_delta: float,
    workspace: GradientWorkspace,
    gradients: Any,
    values: Any,
) -> float:
    """Write the gradients of the mean Huber loss, divided by its delta, and return that loss.

    rows: (at least B + 6, 32) float32. targets, values: (B,) float32; `values` receives the outputs.
    gradients: laid out as `params`.
    """
    batch = targets.shape[0]
    forward_hidden(params, layers, rows, 0, batch, workspace.activations)
    loss = 0.0
    for row in range(batch):
        values[row] = output_value(params, layers, rows, 0, row, workspace.activations)
        error = float(values[row]) - float(targets[row])
        size = abs(error)
        loss += 0.5 * error * error if size <= huber_delta else huber_delta * (size - 0.5 * huber_delta)
        workspace.output_errors[row] = min(max(error, -huber_delta), huber_delta) / (huber_delta * batch)
    _backward_output(params, layers, rows, workspace, gradients)
    current = 0
    for layer in range(layers.shape[0] - 2, -1, -1):
        _sum_over_rows(layers, layer, rows, batch, current, workspace, gradients)
        if layer > 0:
            _backward_hidden(params, layers, layer, batch, current, workspace)
            current = 1 - current
    return loss / (huber_delta * batch)


@inlined
def _backward_output(
    params: Any, layers: Any, rows: Any, workspace: GradientWorkspace, gradients: Any
) -> None:
    """Write the last layer's gradients, and the errors of the layer before it into `errors[0]`."""
    last = layers.shape[0] - 1
    width, weight, bias = layers[last, WIDTH], layers[last, WEIGHT], layers[last, BIAS]
    for i in range(width):
        gradients[weight + i] = _ZERO
    total = _ZERO
    for row in range(workspace.output_errors.shape[0]):
        error = workspace.output_errors[row]
        total += error
        if last == 0:
            for i in range(width):
                gradients[weight + i] += error * rows[row, i]
            continue
        at = row * width
        for i in range(width):
            activation = workspace.activations[last - 1, at + i]
            gradients[weight + i] += error * activation
            workspace.errors[0, at + i] = error * params[weight + i] if activation > 0 else _ZERO
    gradients[bias] = total


@inlined
def _sum_over_rows(
    layers: Any,
    layer: int,
    rows: Any,
    batch: int,
    current: int,
    workspace: GradientWorkspace,
    gradients: Any,
) -> None:
    """Write a hidden layer's gradients: inputs times errors, summed over the minibatch."""
    inputs, width = layers[layer, INPUTS], layers[layer, WIDTH]
    weight, bias = layers[layer, WEIGHT], layers[layer, BIAS]
    errors = workspace.errors[current]
    for unit in range(width):
        gradients[bias + unit] = _ZERO
    for row in range(batch):
        for unit in range(width):
            gradients[bias + unit] += errors[row * width + unit]
    if inputs < BLOCK_ROWS:
        _sum_few_inputs(layers, layer, batch, current, workspace, gradients)
        return
    source, source_at, stride = rows, 0, ROW_WIDTH
    if layer > 0:
        source, source_at = workspace.activations, (layer - 1) * workspace.activations.shape[1]
        stride = layers[layer - 1, WIDTH]
    errors_at = current * workspace.errors.shape[1]
    for start in range(0, inputs, BLOCK_ROWS):
        first = min(start, inputs - BLOCK_ROWS)  # the last block overlaps the one before it
        for unit in range(0, width, BLOCK_UNITS):
            dense_block(
                source, source_at + first, 1, stride,
                workspace.errors, errors_at + unit, width, batch,
                workspace.zeros, 0,
                gradients, weight + first * width + unit, width,
            )  # fmt: skip


@inlined
def _sum_few_inputs(
    layers: Any, layer: int, batch: int, current: int, workspace: GradientWorkspace, gradients: Any
) -> None:
    """As `_sum_over_rows`, for hidden layers with fewer inputs than a block has rows."""
    inputs, width, weight = layers[layer, INPUTS], layers[layer, WIDTH], layers[layer, WEIGHT]
    before = layers[layer - 1, WIDTH]
    for i in range(inputs):
        for unit in range(width):
            total = _ZERO
            for row in range(batch):
                activation = workspace.activations[layer - 1, row * before + i]
                total += activation * workspace.errors[current, row * width + unit]
            gradients[weight + i * width + unit] = total


@inlined
def _backward_hidden(
    params: Any, layers: Any, layer: int, batch: int, current: int, workspace: GradientWorkspace
) -> None:
    """Write the errors of the layer before a hidden layer into the other half of `errors`."""
    inputs, outputs = layers[layer, INPUTS], layers[layer, OUTPUTS]
    width, before, weight = layers[layer, WIDTH], layers[layer - 1, WIDTH], layers[layer, WEIGHT]
    for j in range(outputs):
        for i in range(before):
            number = params[weight + i * width + j] if i < inputs else _ZERO
            workspace.transposed[j * before + i] = number
    source, target = current * workspace.errors.shape[1], (1 - current) * workspace.errors.shape[1]
    for unit in range(0, before, BLOCK_UNITS):
        for row in range(0, batch, BLOCK_ROWS):
            dense_block(
                workspace.errors, source + row * width, width, 1,
                workspace.transposed, unit, before, outputs,
                workspace.zeros, 0,
                workspace.errors, target + row * before + unit, before,
            )  # fmt: skip
    for i in range(batch * before):
        if not workspace.activations[layer - 1, i] > 0:
            workspace.errors[1 - current, i] = _ZERO


@kernel
def step_adam(
    params: Any,
    gradients: Any,
    first_moment: Any,
    second_moment: Any,
    steps: Any,
    learning_rate: float,
    max_norm: float,
) -> None:
    """Clip the gradients to a norm of at most `max_norm` and take a step of Adam; adds 1 to all `steps`."""
    norm = np.sqrt(dot(gradients, 0, gradients, 0, gradients.shape[0]))
    clip = np.float32(min(1.0, max_norm / (norm + 1e-6)))
    for k in range(steps.shape[0]):
        steps[k] += np.float32(1)
    step = float(steps[0])
    step_size = np.float32(learning_rate / (1.0 - ADAM_BETA1**step))
    root = np.float32(np.sqrt(1.0 - ADAM_BETA2**step))
    gain1, beta2, gain2 = np.float32(1.0 - ADAM_BETA1), np.float32(ADAM_BETA2), np.float32(1.0 - ADAM_BETA2)
    epsilon = np.float32(ADAM_EPSILON)
    for k in range(params.shape[0]):
        gradient = gradients[k] * clip
        first_moment[k] += (gradient - first_moment[k]) * gain1
        second_moment[k] = second_moment[k] * beta2 + gradient * gradient * gain2
        params[k] -= step_size * first_moment[k] / (np.sqrt(second_moment[k]) / root + epsilon)


@kernel
def average_into(target: Any, online: Any, tau: float) -> None:
    """Move `target` by the share `tau` towards `online`, (n,) float32 each (Polyak averaging)."""
    kept, added = np.float32(1.0 - tau), np.float32(tau)
    for k in range(target.shape[0]):
        target[k] = target[k] * kept + online[k] * added
