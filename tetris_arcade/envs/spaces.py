"""What both environments share: their spaces, and an environment's configuration as the kernels read it."""

from __future__ import annotations

import numpy as np
from gymnasium import spaces

from tetris_arcade.engine.batch import Rules, make_rules
from tetris_arcade.engine.placements import AFTERSTATE_WIDTH, CLASSIC_WIDTH
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS
from tetris_arcade.envs.config import EnvConfig


def action_space() -> spaces.Discrete:
    """Forty placements: 4 * column + rotation."""
    return spaces.Discrete(NUM_ACTIONS)


def observation_space(config: EnvConfig) -> spaces.Box:
    """(40, 22) afterstate or (40, 13) classic, float32, from 0 to the largest value that any feature can take."""
    if config.features == "classic":
        return spaces.Box(0.0, float(config.height * NUM_COLS), (NUM_ACTIONS, CLASSIC_WIDTH), np.float32)
    most_wells = (NUM_COLS // 2) * config.height * (config.height + 1) // 2
    return spaces.Box(
        0.0, float(max(most_wells, NUM_COLS * config.height)), (NUM_ACTIONS, AFTERSTATE_WIDTH), np.float32
    )


def rules_of(config: EnvConfig) -> Rules:
    """The configuration as numbers for the kernels."""
    return make_rules(
        height=config.height,
        pieces=config.pieces,
        max_pieces=config.max_pieces,
        garbage_every=config.garbage_every,
        reward=config.reward,
        game_over_penalty=config.game_over_penalty,
        shaping=(config.shaping.holes, config.shaping.max_height, config.shaping.bumpiness),
        classic=config.features == "classic",
    )
