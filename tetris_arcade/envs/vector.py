"""Many placement-Tetris games for stable-baselines3, all stepped in one compiled call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.vec_env import VecEnv

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.engine.game_state import RUNNING, TRUNCATED, new_ended, new_games
from tetris_arcade.engine.game_state_io import load_games, save_games
from tetris_arcade.engine.placements import new_workspace
from tetris_arcade.engine.simulation import mask_games, observe_games, reset_games, step_games
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.envs.board_images import BoardImages
from tetris_arcade.envs.spaces import (
    action_space,
    episode_info,
    observation_space,
    row_width,
    rules_from_config,
)

_RENDER_FPS = 4
"""Moves per second in a video."""


class PlacementVecEnv(VecEnv):
    """`num_envs` games of `PlacementEnv`'s task; game i equals that environment's with seed + i.

    Observations are (N, 40, 22) or (N, 40, 13) float32, rewards (N,) float32. The info dictionary of a game
    that ended has "episode" ("r", "l", "lines", "pieces", "score"), "terminal_observation" and
    "TimeLimit.truncated"; the others are empty. `num_threads` splits a step over threads, which pays off from
    some hundred games on; below that, waking a thread takes longer than the step. With `render_mode`
    "rgb_array", `render()` returns a picture of all games, and stable-baselines3's `VecVideoRecorder` films
    them.
    """

    def __init__(
        self,
        config: EnvConfig,
        num_envs: int,
        seed: int = 0,
        num_threads: int = 1,
        render_mode: str | None = None,
    ) -> None:
        if num_envs < 1:
            raise ValueError(f"num_envs must be at least 1, got {num_envs}")
        if num_threads < 1:
            raise ValueError(f"num_threads must be at least 1, got {num_threads}")
        _check_seed(seed)
        if render_mode not in (None, "rgb_array"):
            raise ValueError(f"render_mode must be None or 'rgb_array', got {render_mode!r}")
        self.render_mode = render_mode
        super().__init__(num_envs, observation_space(config), action_space())
        self.metadata: dict[str, Any] = {**self.metadata, "render_fps": _RENDER_FPS}
        self._images = None if render_mode is None else BoardImages(num_envs, config.height)
        self.config = config
        self.rules = rules_from_config(config)
        self.games = new_games([seed + i for i in range(num_envs)])
        self.ended = new_ended(num_envs)
        self._shape = (num_envs, NUM_ACTIONS, row_width(config))
        self._observations = np.zeros(self._shape, np.float32)
        self._last_observations = np.zeros(self._shape, np.float32)
        self._rewards = np.zeros(num_envs, np.float32)
        self._actions: NDArray[np.int64] | None = None
        self._is_started = False
        self._spans = _split(num_envs, num_threads)
        self._workspaces = [new_workspace() for _ in self._spans]
        self._pool = ThreadPoolExecutor(len(self._spans) - 1) if len(self._spans) > 1 else None

    def change_rewards(self, config: EnvConfig) -> None:
        """Give other rewards from the next step on; `config` differs from the present one in nothing else."""
        rules = rules_from_config(config)
        names = ("game_over_penalty", "holes_penalty", "height_penalty", "bumpiness_penalty")
        if rules != self.rules._replace(**{name: getattr(rules, name) for name in names}):
            raise ValueError("only the penalties of the reward can change during a game")
        self.config, self.rules = config, rules

    def seed(self, seed: int | None = None) -> Sequence[int | None]:
        """Seed game i with seed + i, from the next reset on; None changes nothing."""
        if seed is None:
            return [None] * self.num_envs
        _check_seed(seed)
        fresh = new_games([seed + i for i in range(self.num_envs)])
        self.games.generator[:] = fresh.generator
        self.games.garbage[:] = fresh.garbage
        return [seed + i for i in range(self.num_envs)]

    def reset(self) -> NDArray[np.float32]:
        """Restart every game; returns (N, 40, F) float32 observations."""
        self._observations = np.empty(self._shape, np.float32)
        reset_games(self.games, self.rules, self._workspaces[0], self._observations)
        if self._images is not None:
            self._images.read(self.games)
        self._is_started, self._actions = True, None
        return self._observations

    def step_async(self, actions: NDArray[Any]) -> None:
        """Store (N,) integer actions, each 0..39; anything else raises ValueError and changes nothing."""
        actions = np.asarray(actions)
        if not self._is_started:
            raise ValueError("no game is running: call reset() before step()")
        if actions.shape != (self.num_envs,):
            raise ValueError(f"actions must have shape ({self.num_envs},), got {actions.shape}")
        if actions.dtype.kind not in "iu":
            raise ValueError(f"actions must be integers, got {actions.dtype}")
        if actions.min() < 0 or actions.max() >= NUM_ACTIONS:
            raise ValueError(f"actions must be 0..{NUM_ACTIONS - 1}, got {actions.min()}..{actions.max()}")
        self._actions = actions.astype(np.int64)

    def step_wait(
        self,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]]:
        """Play the stored actions; games that end are reset immediately."""
        if self._actions is None:
            raise ValueError("there are no actions to play: call step_async() before step_wait()")
        actions, self._actions = self._actions, None
        self._observations = np.empty(self._shape, np.float32)
        if self._images is not None:
            self._images.lock(self.games.piece, actions)
        self._step_spans(actions)
        dones, infos = self.last_outcome()
        if self._images is not None:
            self._images.follow(self.games, dones)
        last_observations = self._last_observations[dones]  # a copy: the next step overwrites the array
        for k, i in enumerate(np.flatnonzero(dones).tolist()):
            infos[i]["terminal_observation"] = last_observations[k]
        return self._observations, self._rewards.copy(), dones, infos

    def last_outcome(self) -> tuple[NDArray[np.bool_], list[dict[str, Any]]]:
        """(N,) bool: which games ended in the last step, and the info dictionaries without observations."""
        dones = self.ended.status != RUNNING
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        for i in np.flatnonzero(dones).tolist():
            infos[i] = {
                "TimeLimit.truncated": bool(self.ended.status[i] == TRUNCATED),
                "episode": episode_info(self.ended, i),
            }
        return dones, infos

    def _step_spans(self, actions: NDArray[np.int64]) -> None:
        """Step one span of games per thread; this thread steps the first."""
        others = []
        if self._pool is not None:
            others = [self._pool.submit(self._step_span, k, actions) for k in range(1, len(self._spans))]
        self._step_span(0, actions)
        for other in others:
            other.result()

    def _step_span(self, k: int, actions: NDArray[np.int64]) -> None:
        start, stop = self._spans[k]
        step_games(
            self.games,
            self.rules,
            start,
            stop,
            actions,
            self._workspaces[k],
            self._rewards,
            self._observations,
            self._last_observations,
            self.ended,
        )

    def action_masks(self) -> NDArray[np.bool_]:
        """(N, 40) bool, sb3-contrib's convention: surviving placements, else the legal ones."""
        legal, surviving = self._masks()
        surviving |= legal & ~surviving.any(axis=1, keepdims=True)
        return surviving

    def has_surviving_placement(self) -> NDArray[np.bool_]:
        """(N,) bool: whether any placement survives."""
        return np.asarray(self._masks()[1].any(axis=1))

    def _masks(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        legal, surviving = np.zeros((2, self.num_envs, NUM_ACTIONS), np.bool_)
        mask_games(self.games, self.rules, self._workspaces[0], legal, surviving)
        return legal, surviving

    def save_state(self) -> dict[str, NDArray[Any]]:
        """Copy every game's whole state, including generators; `load_state` resumes from it exactly."""
        return save_games(self.games)

    def load_state(self, state: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """Load a saved state and return its observations; raises ValueError if it does not fit."""
        load_games(state, self.games, self.rules)
        if self._images is not None:
            self._images.read(self.games)
        self._is_started, self._actions = True, None
        return self.observe()

    def observe(self) -> NDArray[np.float32]:
        """(N, 40, F) float32 observations of the games in their present state."""
        self._observations = np.empty(self._shape, np.float32)
        observe_games(self.games, self.rules, self._workspaces[0], self._observations)
        return self._observations

    def get_images(self) -> Sequence[NDArray[np.uint8] | None]:
        """A picture of each game, which `render()` tiles; None without a `render_mode`."""
        return [None] * self.num_envs if self._images is None else self._images.draw(self.games)

    def close(self) -> None:
        """Stop the threads."""
        if self._pool is not None:
            self._pool.shutdown()

    # VecEnv's methods for sub-environments: there are none, so the batch answers for each.

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        return [getattr(self, attr_name) for _ in self._indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        raise AttributeError(f"a compiled batch has no attribute {attr_name!r} to set in one game")

    def env_method(
        self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any
    ) -> list[Any]:
        if method_name != "action_masks":
            raise AttributeError(f"a compiled batch has no method {method_name!r} in one game")
        masks = self.action_masks()
        return [masks[i] for i in self._indices(indices)]

    def env_is_wrapped(self, wrapper_class: type, indices: Any = None) -> list[bool]:
        return [False for _ in self._indices(indices)]

    def _indices(self, indices: Any) -> Iterable[int]:
        if indices is None:
            return range(self.num_envs)
        return [indices] if isinstance(indices, int) else indices


def _check_seed(seed: int) -> None:
    if seed < 0:
        raise ValueError(f"seed must not be negative, got {seed}")


def _split(count: int, parts: int) -> list[tuple[int, int]]:
    """Split `count` games evenly over at most `parts` threads: (start, stop) for each."""
    edges = [count * k // parts for k in range(parts + 1)]
    return [(start, stop) for start, stop in pairwise(edges) if stop > start]
