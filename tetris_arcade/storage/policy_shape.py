"""Finds out the network shape of a saved policy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.network_shape import (
    INPUTS,
    MAX_LAYERS,
    MAX_UNITS,
    NETWORKS,
    NetworkShape,
    tensor_shapes,
)
from tetris_arcade.storage.errors import ArchiveError
from tetris_arcade.storage.model_archive import check_shapes


def describe_policy(policy: Mapping[str, NDArray[np.float32]]) -> NetworkShape:
    """The features and layers of a placement scorer; raises ArchiveError if the policy is not one."""
    widths: list[int] = []
    while len(widths) <= MAX_LAYERS:
        weight = policy.get(f"{NETWORKS[0]}.{2 * len(widths)}.weight")
        if weight is None or weight.ndim != 2:
            break
        widths.append(weight.shape[-1])
    features = next((name for name, inputs in INPUTS.items() if widths[:1] == [inputs]), None)
    if features is None or len(widths) > MAX_LAYERS or max(widths) > MAX_UNITS:
        raise ArchiveError(
            f"the model does not fit this game: it is not a placement scorer, but {_describe(policy)}"
        )
    shape = NetworkShape(features, tuple(widths[1:]))
    check_shapes(policy, tensor_shapes(shape.features, shape.net_arch))
    return shape


def _describe(policy: Mapping[str, NDArray[np.float32]]) -> str:
    """What a policy is that is not a placement scorer."""
    if any(".cnn." in name for name in policy):
        return "a network that sees pictures"
    layers = [
        tensor
        for name, tensor in policy.items()
        if name.startswith(f"{NETWORKS[0]}.") and name.endswith(".weight") and tensor.ndim == 2
    ]
    if not layers:
        return "a network without Q-values"
    rows = " or ".join(str(inputs) for inputs in INPUTS.values())
    return (
        f"a network with {layers[0].shape[1]} inputs and {layers[-1].shape[0]} outputs. "
        f"This game's networks see one placement at a time: {rows} inputs, 1 output"
    )
