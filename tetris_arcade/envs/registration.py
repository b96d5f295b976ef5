"""Registers the environment with Gymnasium."""

from __future__ import annotations

import gymnasium

ENV_ID = "TetrisArcade/Placement-v0"


def register_envs() -> None:
    """Register the environment if it is not yet; `gymnasium.make` takes `EnvConfig`'s fields as keywords."""
    if ENV_ID not in gymnasium.registry:
        gymnasium.register(ENV_ID, entry_point="tetris_arcade.envs.factory:make_env_from_fields")
