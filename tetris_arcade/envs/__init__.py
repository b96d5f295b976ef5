"""The task: placement Tetris for Gymnasium (one game) and for stable-baselines3 (many in one step).

    from tetris_arcade.envs import EnvConfig, make_env, make_vec_env

Names load when they are used: a configuration costs nothing, an environment brings gymnasium and numba.
Importing this package is what `gymnasium.make("TetrisArcade/Placement-v0")` needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tetris_arcade.envs.config import EnvConfig, RewardShaping
from tetris_arcade.envs.registration import register_envs, register_with_gymnasium

if TYPE_CHECKING:
    from tetris_arcade.envs.single import make_env
    from tetris_arcade.envs.vector import make_vec_env

__all__ = ["EnvConfig", "RewardShaping", "make_env", "make_vec_env", "register_envs"]


def __getattr__(name: str) -> Any:
    if name == "make_env":
        from tetris_arcade.envs.single import make_env

        return make_env
    if name == "make_vec_env":
        from tetris_arcade.envs.vector import make_vec_env

        return make_vec_env
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


register_with_gymnasium()
