"""The task: placement Tetris for Gymnasium (one game) and for stable-baselines3 (many games in one compiled step).

    from tetris_arcade.envs import EnvConfig, make_env, make_vec_env

Names load when they are used: a configuration costs nothing, an environment brings gymnasium and numba.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tetris_arcade.envs.config import EnvConfig, RewardShaping

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


def register_envs() -> None:
    """Make `gymnasium.make("TetrisArcade/Placement-v0", **EnvConfig fields)` work; gymnasium calls this as a plugin."""
    import gymnasium

    if "TetrisArcade/Placement-v0" not in gymnasium.registry:
        gymnasium.register(
            "TetrisArcade/Placement-v0", entry_point="tetris_arcade.envs.single:make_env_from_fields"
        )
