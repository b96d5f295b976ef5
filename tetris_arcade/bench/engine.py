"""Speed of the game: tetris-gymnasium and our environments in turns, with the same pieces and actions."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray
from tetris_gymnasium.envs import Tetris
from tetris_gymnasium.wrappers.grouped import GroupedActionsObservations
from tetris_gymnasium.wrappers.observation import FeatureVectorObservation

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.features import FEATURES
from tetris_arcade.engine.compile_kernels import warm_up
from tetris_arcade.engine.game_state import new_ended, new_games
from tetris_arcade.engine.jit import compiled_for
from tetris_arcade.engine.linear_players import LINEAR_WEIGHTS, play_linear
from tetris_arcade.engine.placements import AFTERSTATE_WIDTH, new_workspace
from tetris_arcade.engine.rules import make_rules
from tetris_arcade.engine.simulation import play_all, reset_games
from tetris_arcade.engine.tetromino import NUM_ACTIONS
from tetris_arcade.envs.factory import make_env, make_vec_env
from tetris_arcade.envs.vector import PlacementVecEnv

_ROUNDS = 7
_SEED = 1
_FEW_ENVS, _MANY_ENVS = 64, 4_096
_MOVES = 200
_FEATURE_NAMES = [feature.name for feature in FEATURES]
_PACKAGES = ("numpy", "numba", "gymnasium", "tetris-gymnasium", "stable-baselines3")

Contender = Iterator[int]
"""Plays forever; each `next` plays some placements and returns how many."""


def bench_engine(seconds: float) -> dict[str, Any]:
    """Measure placements per second, medians of seven turns; each contender plays for `seconds` in total."""
    warm_up(lambda _name, _share: None)
    few, many = _record_actions(_FEW_ENVS), _record_actions(_MANY_ENVS)
    classic, afterstate = EnvConfig(features="classic", reward="score"), EnvConfig()
    contenders: dict[str, Callable[[], Contender]] = {
        "package": lambda: _play_single(_package_env(), few[:, 0]),
        "single": lambda: _play_single(make_env(classic), few[:, 0]),
        "classic": lambda: _play_batch(make_vec_env(classic, _FEW_ENVS, _SEED), few),
        "afterstate": lambda: _play_batch(make_vec_env(afterstate, _FEW_ENVS, _SEED), few),
        "classic_4096_envs": lambda: _play_batch(make_vec_env(classic, _MANY_ENVS, _SEED), many),
        "afterstate_4096_envs": lambda: _play_batch(make_vec_env(afterstate, _MANY_ENVS, _SEED), many),
        "afterstate_4096_envs_2_threads": lambda: _play_batch(
            make_vec_env(afterstate, _MANY_ENVS, _SEED, num_threads=2), many
        ),
    }
    contenders["bare"] = lambda: _play_bare(few)
    contenders["linear"] = _play_linear
    rates = _take_turns({name: make() for name, make in contenders.items()}, seconds)
    pairs = zip(rates["afterstate_4096_envs_2_threads"], rates["afterstate_4096_envs"], strict=True)
    median = {name: statistics.median(turns) for name, turns in rates.items()}
    linear, bare = median.pop("linear"), median.pop("bare")
    return {
        **{f"{name}_placements_per_second": rate for name, rate in median.items()},
        "bare_placements_per_second": bare,
        "linear_player_pieces_per_second": linear,
        "single_times_package": median["single"] / median["package"],
        "classic_times_package": median["classic"] / median["package"],
        "afterstate_times_package": median["afterstate"] / median["package"],
        "two_threads_times_one": statistics.median(two / one for two, one in pairs),
        "conditions": f"seven-bag pieces on 10x20; {_FEW_ENVS} environments and one thread unless named; "
        f"observations and API included, the choice of the action excluded; medians of {_ROUNDS} turns",
        "cores": os.cpu_count(),
        "processor": _processor(),
        "python": platform.python_version(),
        "versions": {package: version(package) for package in _PACKAGES},
    }


def _take_turns(contenders: dict[str, Contender], seconds: float) -> dict[str, list[float]]:
    """Measure each contender's rate in each turn; with turns, noise on the machine affects all of them."""
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for contender in contenders.values():
        next(contender)
    for _ in range(_ROUNDS):
        for name, contender in contenders.items():
            placements, started = 0, time.perf_counter()
            while (elapsed := time.perf_counter() - started) < seconds / _ROUNDS:
                placements += next(contender)
            rates[name].append(placements / elapsed)
    return rates


def _record_actions(num_envs: int) -> NDArray[np.int64]:
    """Record (moves, num_envs) actions of decent play that sometimes loses; all contenders replay them."""
    env, generator = make_vec_env(EnvConfig(), num_envs, _SEED), np.random.default_rng(0)
    observations: NDArray[Any] = env.reset()
    actions = np.zeros((_MOVES, num_envs), np.int64)
    for row in actions:
        row[:] = _decent_actions(observations, env.action_masks(), generator)
        observations = np.asarray(env.step(row)[0])
    return actions


def _decent_actions(
    observations: NDArray[Any], masks: NDArray[np.bool_], generator: np.random.Generator
) -> NDArray[np.int64]:
    names = ("landing_height", "row_transitions", "column_transitions", "holes")
    landing, rows, columns, holes = (observations[..., _FEATURE_NAMES.index(name)] for name in names)
    values = np.where(masks, -landing - rows - columns - 4 * holes, -np.inf)
    is_random = generator.random(len(values)) < 0.1
    values[is_random] = np.where(masks, generator.random(masks.shape), -np.inf)[is_random]
    return np.asarray(values.argmax(axis=1))


def _play_single(env: gymnasium.Env[Any, Any], actions: NDArray[np.int64]) -> Contender:
    while True:
        env.reset(seed=_SEED)
        for action in actions.tolist():
            _, _, terminated, truncated, _ = env.step(action)
            if terminated or truncated:
                env.reset()
            yield 1


def _play_batch(env: PlacementVecEnv, actions: NDArray[np.int64]) -> Contender:
    while True:
        env.seed(_SEED)
        env.reset()
        for row in actions:
            env.step(row)
            yield env.num_envs


def _play_bare(actions: NDArray[np.int64]) -> Contender:
    """Play without observations: pieces fall and lock, rows are cleared, games that end start again."""
    n = actions.shape[1]
    rules, workspace, games = make_rules(), new_workspace(), new_games(list(range(_SEED, _SEED + n)))
    reset_games(games, rules, workspace, np.zeros((n, NUM_ACTIONS, AFTERSTATE_WIDTH), np.float32))
    rewards, ended = np.zeros(n, np.float32), new_ended(n)
    play = compiled_for(play_all, games, rules, 0, n, actions[0], workspace, rewards, ended)
    while True:
        for row in actions:
            play(games, rules, 0, n, row, workspace, rewards, ended)
            yield n


def _play_linear() -> Contender:
    rules, workspace = make_rules(), new_workspace()
    while True:
        games, running = new_games(list(range(_SEED, _SEED + _FEW_ENVS))), np.ones(_FEW_ENVS, np.bool_)
        reset_games(games, rules, workspace, np.zeros((_FEW_ENVS, NUM_ACTIONS, AFTERSTATE_WIDTH), np.float32))
        while running.all():
            yield int(play_linear(games, rules, LINEAR_WEIGHTS["dellacherie"], 100, running, workspace))


def _package_env() -> gymnasium.Env[Any, Any]:
    tetris = Tetris()
    grouped: gymnasium.Env[Any, Any] = GroupedActionsObservations(tetris, [FeatureVectorObservation(tetris)])
    return grouped


def _processor() -> str:
    """The processor's marketing name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
