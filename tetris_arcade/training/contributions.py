"""Why one placement is worth more than another: what each feature contributes to the difference.

The contributions add up to the difference of the two values. For a linear player they are its weights times
the differences of the features. For a network they follow the Rescale rule of DeepLIFT (Shrikumar et al.
2017): a layer passes differences on by its weights, and a rectifier by the quotient of its two differences.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.features import FEATURES, NUM_FEATURES
from tetris_arcade.engine.dense import BIAS, INPUTS, OUTPUTS, WEIGHT, WIDTH
from tetris_arcade.engine.feature_kernels import pattern_diversity
from tetris_arcade.engine.network import Network

DIVERSITY_NAME = "pattern_diversity"
CONTRIBUTION_NAMES = (*(feature.name for feature in FEATURES), DIVERSITY_NAME)
"""The names of contributions, in order: the features, and one more number that some linear players weigh."""
NUM_CONTRIBUTIONS = len(CONTRIBUTION_NAMES)

Layers = list[tuple[NDArray[np.float64], NDArray[np.float64]]]

GROUPS: Mapping[str, tuple[str, ...]] = {
    "holes": ("holes", "hole_depth", "rows_with_holes"),
    "wells": ("wells",),
    "bumpiness": ("bumpiness", DIVERSITY_NAME),
    "transitions": ("row_transitions", "column_transitions"),
    "height": (
        *(feature.name for feature in FEATURES if feature.name.startswith("height_")),
        "max_height",
    ),
    "landing height": ("landing_height",),
    "lines": ("lines", "eroded_cells"),
}
"""What people call features that tell of the same thing; each contribution is in one group."""
_GROUP_OF = np.array(
    [next(k for k, names in enumerate(GROUPS.values()) if name in names) for name in CONTRIBUTION_NAMES]
)


def contributions(
    network: Network, row: NDArray[np.float32], other: NDArray[np.float32]
) -> NDArray[np.float64]:
    """What each feature contributes to the value of an afterstate less the value of another.

    row, other: (NUM_FEATURES,) or longer, rows of an observation; what follows the features is ignored.
    Returns (NUM_CONTRIBUTIONS,) float64, in the order of `CONTRIBUTION_NAMES`. Exchanging the rows changes
    the signs.
    """
    inputs = row[:NUM_FEATURES].astype(np.float64), other[:NUM_FEATURES].astype(np.float64)
    layers = network_layers(network)
    per_feature = (inputs[0] - inputs[1]) * _multipliers(layers, *inputs)
    diversity = 0.0
    if network.diversity_weight:
        diversity = network.diversity_weight * (pattern_diversity(row) - pattern_diversity(other))
    return np.append(per_feature, diversity)


def network_value(network: Network, row: NDArray[np.float32]) -> float:
    """The value of an afterstate in double precision, whose differences `contributions` adds up to."""
    x = row[:NUM_FEATURES].astype(np.float64)
    layers = network_layers(network)
    for weight, bias in layers[:-1]:
        x = np.maximum(weight @ x + bias, 0.0)
    value = float((layers[-1][0] @ x + layers[-1][1])[0])
    return value + (network.diversity_weight * pattern_diversity(row) if network.diversity_weight else 0.0)


def grouped(per_feature: NDArray[np.float64]) -> dict[str, float]:
    """The sums of (NUM_CONTRIBUTIONS,) contributions by group, largest magnitude first."""
    sums = np.bincount(_GROUP_OF, per_feature, len(GROUPS))
    order = np.argsort(-np.abs(sums), kind="stable")
    names = tuple(GROUPS)
    return {names[k]: float(sums[k]) for k in order}


def network_layers(network: Network) -> Layers:
    """The weight, (outputs, inputs), and the bias, (outputs,), of each layer, from the packed parameters."""
    layers: Layers = []
    params = network.params.astype(np.float64)
    for index, layer in enumerate(network.layers):
        inputs, outputs, width = layer[INPUTS], layer[OUTPUTS], layer[WIDTH]
        weight_at, bias_at = layer[WEIGHT], layer[BIAS]
        bias = params[bias_at : bias_at + outputs]
        if index == len(network.layers) - 1:
            weight = params[weight_at : weight_at + inputs].reshape(1, inputs)
        else:
            weight = params[weight_at:bias_at].reshape(inputs, width)[:, :outputs].T
        layers.append((weight, bias))
    return layers


def _multipliers(layers: Layers, x: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """By what each input's difference is multiplied on its way to the output's difference, (inputs,)."""
    slopes = []
    for weight, bias in layers[:-1]:
        x, other = weight @ x + bias, weight @ other + bias
        rectified, other_rectified = np.maximum(x, 0.0), np.maximum(other, 0.0)
        slope = np.zeros_like(x)
        np.divide(rectified - other_rectified, x - other, out=slope, where=x != other)
        slopes.append(slope)
        x, other = rectified, other_rectified
    multipliers: NDArray[np.float64] = layers[-1][0][0]
    for (weight, _), slope in zip(reversed(layers[:-1]), reversed(slopes), strict=True):
        multipliers = (multipliers * slope) @ weight
    return multipliers
