"""The environment's name in Gymnasium's registry."""

from __future__ import annotations

import gymnasium

ENV_ID = "TetrisArcade/Placement-v0"


def register_envs() -> None:
    """Make `gymnasium.make("TetrisArcade/Placement-v0", **fields of EnvConfig)` work."""
    if ENV_ID not in gymnasium.registry:
        gymnasium.register(ENV_ID, entry_point="tetris_arcade.envs.factory:make_env_from_fields")
