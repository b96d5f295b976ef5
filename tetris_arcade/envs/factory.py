"""Makes environments. Each function imports only what it needs: tetris-gymnasium for one game,
stable-baselines3 (and so torch) for a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tetris_arcade.config.env import EnvConfig

if TYPE_CHECKING:
    from tetris_arcade.envs.single import PlacementEnv
    from tetris_arcade.envs.vector import PlacementVecEnv


def make_env(config: EnvConfig | None = None, render_mode: str | None = None) -> PlacementEnv:
    """Make one placement-Tetris environment, `Discrete(40)`; see `PlacementEnv`."""
    from tetris_arcade.envs.single import PlacementEnv

    return PlacementEnv(config or EnvConfig(), render_mode)


def make_env_from_fields(render_mode: str | None = None, **fields: Any) -> PlacementEnv:
    """`make_env` for Gymnasium's registry: takes the fields of `EnvConfig` as keywords."""
    return make_env(EnvConfig(**fields), render_mode)


def make_vec_env(
    config: EnvConfig | None = None,
    num_envs: int = 16,
    seed: int = 0,
    num_threads: int = 1,
    render_mode: str | None = None,
) -> PlacementVecEnv:
    """Make a stable-baselines3 VecEnv of `num_envs` compiled games; see `PlacementVecEnv`."""
    from tetris_arcade.envs.vector import PlacementVecEnv

    return PlacementVecEnv(config or EnvConfig(), num_envs, seed, num_threads, render_mode)
