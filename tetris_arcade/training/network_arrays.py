"""Lets the tensors of a `PlacementPolicy` and its optimizer share memory with the compiled learner."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.optim import Adam, Optimizer

from tetris_arcade.engine.dense import BIAS, INPUTS, OUTPUTS, ROW_WIDTH, WEIGHT, WIDTH, layer_table
from tetris_arcade.training.learner_kernels import NetworkArrays
from tetris_arcade.training.policy import PlacementPolicy, PlacementQNetwork

_ADAM_DEFAULTS = {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0, "amsgrad": False, "maximize": False}


def do_without_dynamo() -> None:
    """Let optimizers be made, saved and loaded without importing torch's compiler (a second, 70 MB).

    Three methods of torch's `Optimizer` ask the compiler to leave them alone, and import it for that. It is
    told here that they need no wrapping. Newer versions of torch may ignore this; then they import it.
    """
    for method in (Optimizer.add_param_group, Optimizer.state_dict, Optimizer.load_state_dict):
        wrapped = getattr(method, "__wrapped__", None)
        if wrapped is not None:
            wrapped.__dynamo_disable = wrapped


def can_share_arrays(policy: object) -> bool:
    """Whether the kernels know the policy's parts: ReLU layers in float32 on the CPU, and plain Adam."""
    if not isinstance(policy, PlacementPolicy) or policy.activation_fn is not nn.ReLU:
        return False
    optimizer = policy.optimizer
    if type(optimizer) is not Adam or len(optimizer.param_groups) != 1:
        return False
    (group,) = optimizer.param_groups
    is_plain = all(group[name] == value for name, value in _ADAM_DEFAULTS.items())
    return is_plain and all(
        tensor.device.type == "cpu" and tensor.dtype == torch.float32 for tensor in policy.parameters()
    )


def new_network_arrays(policy: PlacementPolicy) -> NetworkArrays:
    """Allocate arrays for the policy's networks; see `share_memory`."""
    layers, length = layer_table(_sizes(policy.q_net))
    online, target, gradients, first_moment, second_moment = np.zeros((5, length), np.float32)
    steps = np.zeros(2 * layers.shape[0], np.float32)
    return NetworkArrays(layers, online, target, gradients, first_moment, second_moment, steps)


def share_memory(policy: PlacementPolicy, arrays: NetworkArrays) -> None:
    """Copy the parameters and Adam's state into the arrays, and make the policy's tensors views of them.

    Loading a state into the optimizer replaces its tensors; then this must be called again.
    """
    for network, array in ((policy.q_net, arrays.online), (policy.q_net_target, arrays.target)):
        for parameter, view in zip(network.parameters(), _views(array, arrays.layers), strict=True):
            view.copy_(parameter.data)
            parameter.data = view
    moments = zip(
        policy.q_net.parameters(),
        torch.from_numpy(arrays.steps),
        _views(arrays.first_moment, arrays.layers),
        _views(arrays.second_moment, arrays.layers),
        strict=True,
    )
    state = policy.optimizer.state
    for parameter, *views in moments:
        own = dict(zip(("step", "exp_avg", "exp_avg_sq"), views, strict=True))
        for name, view in own.items():
            view.copy_(state[parameter][name] if parameter in state else torch.zeros_like(view))
        state[parameter] = own


def shares_memory(policy: PlacementPolicy, arrays: NetworkArrays) -> bool:
    """Whether the tensors are still views of the arrays."""
    first = next(iter(policy.q_net.parameters()))
    target = next(iter(policy.q_net_target.parameters()))
    state = policy.optimizer.state.get(first)
    return (
        first.data_ptr() == arrays.online.ctypes.data
        and target.data_ptr() == arrays.target.ctypes.data
        and state is not None
        and state["exp_avg"].data_ptr() == arrays.first_moment.ctypes.data
    )


def input_scale(policy: PlacementPolicy) -> NDArray[np.float32]:
    """Return the factors of the features, (32,) float32, 0 after the last."""
    scale = np.zeros(ROW_WIDTH, np.float32)
    features = 1.0 / policy.q_net.scale.numpy()
    scale[: features.shape[0]] = features
    return scale


def _sizes(network: PlacementQNetwork) -> list[int]:
    layers = [layer for layer in network.q_net if isinstance(layer, nn.Linear)]
    return [layers[0].in_features, *(layer.out_features for layer in layers)]


def _views(array: NDArray[np.float32], layers: NDArray[np.int64]) -> Iterator[torch.Tensor]:
    """Yield each layer's weight (outputs, inputs) and bias (outputs,) as views of a flat array."""
    flat = torch.from_numpy(array)
    for index, layer in enumerate(layers.tolist()):
        inputs, outputs, width = layer[INPUTS], layer[OUTPUTS], layer[WIDTH]
        weight, bias = layer[WEIGHT], layer[BIAS]
        if index == len(layers) - 1:
            yield flat[weight : weight + inputs].view(1, inputs)
        else:
            yield flat[weight : weight + inputs * width].view(inputs, width)[:, :outputs].t()
        yield flat[bias : bias + outputs]
