"""Placement Tetris for Gymnasium (one game) and for stable-baselines3 (many games per step).

from tetris_arcade.envs import EnvConfig, make_env, make_vec_env

gymnasium.make("tetris_arcade.envs:TetrisArcade/Placement-v0")
"""

from tetris_arcade.config.env import EnvConfig, RewardShaping
from tetris_arcade.envs.factory import make_env, make_vec_env
from tetris_arcade.envs.registration import register_envs

__all__ = ["EnvConfig", "RewardShaping", "make_env", "make_vec_env", "register_envs"]

register_envs()
