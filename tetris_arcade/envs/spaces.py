"""What both environments share: their spaces, what they say of a game that ended, and the kernels' rules."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.engine.game_state import EndedGames, GameStates
from tetris_arcade.engine.placements import AFTERSTATE_WIDTH, CLASSIC_WIDTH
from tetris_arcade.engine.rules import Rules, make_rules
from tetris_arcade.engine.tetromino import NUM_ACTIONS, NUM_COLS


def action_space() -> spaces.Discrete:
    """Forty placements: 4 * column + rotation."""
    return spaces.Discrete(NUM_ACTIONS)


def row_width(config: EnvConfig) -> int:
    """How many numbers tell of one placement."""
    return CLASSIC_WIDTH if config.features == "classic" else AFTERSTATE_WIDTH


def observation_space(config: EnvConfig) -> spaces.Box:
    """(40, 22) afterstate or (40, 13) classic, float32, from 0 to the most that any feature can be."""
    cells = NUM_COLS * config.height
    most_wells = (NUM_COLS // 2) * config.height * (config.height + 1) // 2
    most = cells if config.features == "classic" else max(most_wells, cells)
    return spaces.Box(0.0, float(most), (NUM_ACTIONS, row_width(config)), np.float32)


def episode_info(figures: GameStates | EndedGames, i: int) -> dict[str, Any]:
    """The "episode" of an info dictionary: Monitor's "r" and "l", and the game's own words for them."""
    pieces = int(figures.pieces[i])
    return {
        "r": float(figures.reward[i]),
        "l": pieces,
        "lines": int(figures.lines[i]),
        "pieces": pieces,
        "score": int(figures.score[i]),
    }


def rules_from_config(config: EnvConfig) -> Rules:
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
