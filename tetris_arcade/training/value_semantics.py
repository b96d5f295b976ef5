"""What a network's Q-values mean.

Look-ahead adds the reward of a placement to the Q-value of the next one, so it needs the reward in the units
that the network was trained on; a board higher than the training board is seen through a window.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.features import FEATURES
from tetris_arcade.config.plain_data import DataValidationError
from tetris_arcade.config.rewards import REWARDS
from tetris_arcade.config.training import IncompatibleCheckpointError, TrainConfig
from tetris_arcade.storage.metadata import Metadata


@dataclass(frozen=True)
class ValueSemantics:
    """The scaled reward of a placement, the discount, and the board that a network was trained on.

    line_rewards: (5,) float32, reward for removing 0..4 lines. feature_rewards: (21,) float32, reward per
    unit of each feature of the afterstate, up to a constant that is equal for all placements of a board.
    discount: factor of the next placement's Q-value. height: rows of the training board.
    """

    line_rewards: NDArray[np.float32]
    feature_rewards: NDArray[np.float32]
    discount: float
    height: int


def semantics_from_config(config: TrainConfig) -> ValueSemantics:
    """Return the semantics of a network trained under `config`."""
    env, spec = config.env, REWARDS[config.env.reward]
    feature_rewards = np.zeros(len(FEATURES), np.float32)
    if spec.is_shaped:
        names = [feature.name for feature in FEATURES]
        for name in ("holes", "max_height", "bumpiness"):
            feature_rewards[names.index(name)] = -np.float32(spec.scale) * getattr(env.shaping, name)
    line_rewards = np.array(spec.line_rewards, np.float32) * np.float32(spec.scale)
    return ValueSemantics(line_rewards, feature_rewards, config.gamma, env.height)


def semantics_from_metadata(metadata: Metadata | None) -> ValueSemantics:
    """Return the semantics of a saved model; those of the default configuration if it is not known."""
    try:
        config = TrainConfig.from_dict(metadata.training if metadata else {})
        return semantics_from_config(config.at(metadata.timesteps if metadata else 0))
    except (IncompatibleCheckpointError, DataValidationError):
        return semantics_from_config(TrainConfig())
