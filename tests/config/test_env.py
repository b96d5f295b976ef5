from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from tetris_arcade.config.features import NUM_FEATURES
from tetris_arcade.config.rewards import REWARDS
from tetris_arcade.envs import EnvConfig, RewardShaping
from tetris_arcade.envs.spaces import observation_space, rules_from_config

NAN = float("nan")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"features": "pixels"}, "features must be one of afterstate, classic, got 'pixels'"),
        ({"reward": "fame"}, f"reward must be one of {', '.join(REWARDS)}, got 'fame'"),
        ({"pieces": "many"}, "pieces must be one of bag, uniform, got 'many'"),
        ({"height": 3}, "height must be 4..40, got 3"),
        ({"height": 41}, "height must be 4..40, got 41"),
        ({"height": "20"}, "height must be 4..40, got '20'"),
        ({"height": 20.5}, "height must be 4..40, got 20.5"),
        ({"max_pieces": 0}, "max_pieces must be at least 1 or None, got 0"),
        ({"max_pieces": 2**80}, "max_pieces must be at least 1 or None, got 1208925819614629174706176"),
        ({"garbage_every": -1}, "garbage_every must be at least 1 or None, got -1"),
        ({"game_over_penalty": NAN}, "game_over_penalty must be a finite number, got nan"),
        ({"game_over_penalty": "much"}, "game_over_penalty must be a finite number, got 'much'"),
    ],
)
def test_errors_name_the_bound_and_the_value(fields, message):
    with pytest.raises(ValueError, match=message):
        EnvConfig(**fields)


def test_shaping_must_be_finite():
    with pytest.raises(ValueError, match="bumpiness must be a finite number, got inf"):
        RewardShaping(bumpiness=float("inf"))


def test_rules_equal_the_config():
    config = EnvConfig(
        features="classic", reward="shaped", pieces="uniform", height=12, max_pieces=7, garbage_every=3,
        game_over_penalty=2.5, shaping=RewardShaping(1.0, 2.0, 3.0),
    )  # fmt: skip
    assert tuple(rules_from_config(config)) == (12, 1, 7, 3, 2, 2.5, 1.0, 2.0, 3.0, True, False)
    assert rules_from_config(EnvConfig())[2:4] == (0, 0)


@pytest.mark.parametrize(
    ("features", "width", "high"), [("classic", 13, 200), ("afterstate", NUM_FEATURES + 1, 1050)]
)
def test_space_reaches_the_maximum(features, width, high):
    space = observation_space(EnvConfig(features=features))
    assert space.shape == (40, width)
    assert space.dtype == np.float32
    assert (space.low.min(), space.high.max()) == (0, high)


def test_config_loads_no_framework():
    code = """
import sys
from tetris_arcade.config.env import EnvConfig
EnvConfig(height=10)
print([name for name in ("gymnasium", "numba", "stable_baselines3", "torch", "cv2") if name in sys.modules])
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
