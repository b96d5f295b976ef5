"""Shared by both environments: the spaces, the "episode" of an info dictionary, and the kernels' rules."""

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
    """Numbers per row of an observation."""
    return CLASSIC_WIDTH if config.features == "classic" else AFTERSTATE_WIDTH


def observation_space(config: EnvConfig) -> spaces.Box:
    """(40, 22) afterstate or (40, 13) classic, float32, from 0 to the maximum of any feature."""
    cells = NUM_COLS * config.height
    max_wells = (NUM_COLS // 2) * config.height * (config.height + 1) // 2
    high = cells if config.features == "classic" else max(max_wells, cells)
    return spaces.Box(0.0, float(high), (NUM_ACTIONS, row_width(config)), np.float32)


def episode_info(games: GameStates | EndedGames, i: int) -> dict[str, Any]:
    """The "episode" of an info dictionary: Monitor's "r" and "l", and the totals of game i."""
    pieces = int(games.pieces[i])
    return {
        "r": float(games.reward[i]),
        "l": pieces,
        "lines": int(games.lines[i]),
        "pieces": pieces,
        "score": int(games.score[i]),
    }


def rules_from_config(config: EnvConfig) -> Rules:
    """Convert a configuration to numbers for the kernels."""
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
