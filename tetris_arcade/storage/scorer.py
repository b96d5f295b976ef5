"""The shapes of a placement scorer's tensors: a foreign model is known to fit before torch is loaded."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.plain import shorten
from tetris_arcade.storage.archive import MAX_POLICY_BYTES, check_shapes
from tetris_arcade.storage.errors import ArchiveError

INPUTS = {"afterstate": 21, "classic": 13}
"""How many numbers tell of one placement, by `EnvConfig.features`."""
MAX_LAYERS = 6
MAX_UNITS = 1_024
_MAX_NETWORKS_BYTES = MAX_POLICY_BYTES - 64 * 1024
"""Less what torch writes around them."""
_NETWORKS = ("q_net.q_net", "q_net_target.q_net")


@dataclass(frozen=True)
class ScorerShape:
    """What a scorer reads (`EnvConfig.features`) and the units of its hidden layers."""

    features: str
    net_arch: tuple[int, ...]


def scorer_shapes(features: str, net_arch: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """The tensors of a saved policy, online and target network, whose layers alternate with activations."""
    widths = [INPUTS[features], *net_arch, 1]
    shapes: dict[str, tuple[int, ...]] = {}
    for network in _NETWORKS:
        for layer, (inputs, outputs) in enumerate(itertools.pairwise(widths)):
            shapes[f"{network}.{2 * layer}.weight"] = (outputs, inputs)
            shapes[f"{network}.{2 * layer}.bias"] = (outputs,)
    return shapes


def check_layers(features: str, net_arch: Sequence[int]) -> None:
    """ValueError where a model with these hidden layers could be saved, but not be loaded again."""
    if len(net_arch) >= MAX_LAYERS or not all(1 <= units <= MAX_UNITS for units in net_arch):
        bounds = f"at most {MAX_LAYERS - 1} layers of 1..{MAX_UNITS} units"
        raise ValueError(f"net_arch must be {bounds}, got {shorten(str(list(net_arch)))}")
    size = sum(4 * math.prod(shape) for shape in scorer_shapes(features, net_arch).values())
    if size > _MAX_NETWORKS_BYTES:
        raise ValueError(f"net_arch {list(net_arch)} takes {size} bytes, at most {_MAX_NETWORKS_BYTES}")


def describe_scorer(policy: Mapping[str, NDArray[np.float32]]) -> ScorerShape:
    """What kind of scorer a policy is; ArchiveError where it is none."""
    widths: list[int] = []
    while len(widths) <= MAX_LAYERS:
        weight = policy.get(f"{_NETWORKS[0]}.{2 * len(widths)}.weight")
        if weight is None or weight.ndim != 2:
            break
        widths.append(weight.shape[-1])
    features = next((name for name, inputs in INPUTS.items() if widths[:1] == [inputs]), None)
    if features is None or len(widths) > MAX_LAYERS or max(widths) > MAX_UNITS:
        raise ArchiveError("the model does not fit this game: it is not a scorer of placements")
    shape = ScorerShape(features, tuple(widths[1:]))
    check_shapes(policy, scorer_shapes(shape.features, shape.net_arch))
    return shape
