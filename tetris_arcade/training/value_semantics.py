"""What a network's values count, and on what board: look-ahead adds to them what a move earns at once, in the
same units; on a higher board the network looks through a window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.features import FEATURES
from tetris_arcade.config.rewards import REWARDS
from tetris_arcade.config.training import IncompatibleCheckpointError, TrainConfig
from tetris_arcade.storage.metadata import Metadata


@dataclass(frozen=True)
class ValueSemantics:
    """line_rewards: (5,) what a move that removes 0..4 lines earns. earned: (21,) what each unit of an
    afterstate's feature earns, up to what is the same for all placements of a board. discount: of the next
    move's value. height: rows of the board that it learnt on."""

    line_rewards: NDArray[np.float32]
    earned: NDArray[np.float32]
    discount: float
    height: int


def semantics_from_config(config: TrainConfig) -> ValueSemantics:
    """What a network trained so was taught to count."""
    env, spec = config.env, REWARDS[config.env.reward]
    earned = np.zeros(len(FEATURES), np.float32)
    if spec.is_shaped:
        names = [feature.name for feature in FEATURES]
        for name in ("holes", "max_height", "bumpiness"):
            earned[names.index(name)] = -np.float32(spec.scale) * getattr(env.shaping, name)
    line_rewards = np.array(spec.line_rewards, np.float32) * np.float32(spec.scale)
    return ValueSemantics(line_rewards, earned, config.gamma, env.height)


def semantics_from_metadata(metadata: Metadata | None) -> ValueSemantics:
    """The same from what is known of a saved model; the usual objective where that says nothing."""
    try:
        return semantics_from_config(TrainConfig.from_dict(metadata.training if metadata else {}))
    except IncompatibleCheckpointError:
        return semantics_from_config(TrainConfig())
