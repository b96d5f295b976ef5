"""The tensor shapes of a placement scorer, to check a foreign model before torch is loaded."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from tetris_arcade.config.features import NUM_CLASSIC, NUM_FEATURES
from tetris_arcade.config.plain_data import shorten_for_message

INPUTS = {"afterstate": NUM_FEATURES, "classic": NUM_CLASSIC}
"""Number of features of one placement, by `EnvConfig.features`."""
MAX_LAYERS = 6
MAX_UNITS = 1_024
MAX_POLICY_BYTES = 8 * 2**20
_MAX_NETWORKS_BYTES = MAX_POLICY_BYTES - 64 * 1024
"""The rest is for what torch writes around the tensors."""
NETWORKS = ("q_net.q_net", "q_net_target.q_net")


@dataclass(frozen=True)
class NetworkShape:
    """A scorer's inputs (`EnvConfig.features`) and the units of its hidden layers."""

    features: str
    net_arch: tuple[int, ...]


def tensor_shapes(features: str, net_arch: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """The tensors of a saved policy, online and target network; layers alternate with activations."""
    widths = [INPUTS[features], *net_arch, 1]
    shapes: dict[str, tuple[int, ...]] = {}
    for network in NETWORKS:
        for layer, (inputs, outputs) in enumerate(itertools.pairwise(widths)):
            shapes[f"{network}.{2 * layer}.weight"] = (outputs, inputs)
            shapes[f"{network}.{2 * layer}.bias"] = (outputs,)
    return shapes


def check_layers(features: str, net_arch: Sequence[int]) -> None:
    """Raise ValueError if a model with these hidden layers could be saved but not loaded again."""
    if len(net_arch) >= MAX_LAYERS or not all(1 <= units <= MAX_UNITS for units in net_arch):
        bounds = f"at most {MAX_LAYERS - 1} layers of 1..{MAX_UNITS} units"
        raise ValueError(f"net_arch must be {bounds}, got {shorten_for_message(str(list(net_arch)))}")
    size = sum(4 * math.prod(shape) for shape in tensor_shapes(features, net_arch).values())
    if size > _MAX_NETWORKS_BYTES:
        raise ValueError(f"net_arch {list(net_arch)} takes {size} bytes, at most {_MAX_NETWORKS_BYTES}")
