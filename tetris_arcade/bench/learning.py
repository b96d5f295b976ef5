"""Benchmark of learning: lines of greedy games on unseen pieces after given seconds of training.

The baseline is stable-baselines3's DQN with its default policy on tetris-gymnasium's own environment.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import gymnasium
import numpy as np
import torch
from stable_baselines3 import DQN
from stable_baselines3.common.callbacks import BaseCallback
from tetris_gymnasium.envs import Tetris
from tetris_gymnasium.wrappers.grouped import GroupedActionsObservations
from tetris_gymnasium.wrappers.observation import FeatureVectorObservation

from tetris_arcade.config.training import TrainConfig
from tetris_arcade.engine.compile_kernels import warm_up
from tetris_arcade.engine.network import Network
from tetris_arcade.process.interpreter import python_command
from tetris_arcade.process.malloc import tune_malloc_for_trainer
from tetris_arcade.training.dqn import PlacementDQN
from tetris_arcade.training.evaluation import evaluate
from tetris_arcade.training.factory import build_learner, playing_network
from tetris_arcade.training.players import NetworkPlayer

MARKS = (2.0, 5.0, 10.0, 20.0, 30.0, 60.0)
"""Seconds of training after which the network is evaluated."""
_GAMES, _MAX_PIECES, _SEED = 20, 2_500, 909
EARLIER_SETTINGS: dict[str, Any] = {"batch_size": 256, "gradient_steps": 2}
"""The default settings before the learner was compiled; the speeds of torch and of the kernels are compared
with them."""
_TURNS, _TURN_SECONDS, _CALL_TIMESTEPS = 5, 2.0, 512


class _SnapshotCallback(BaseCallback):
    """Copies the network at each of `marks`, in seconds since the first step, and stops after the last."""

    model: PlacementDQN

    def __init__(self, config: TrainConfig, marks: Sequence[float]) -> None:
        super().__init__()
        self._config, self._marks = config, list(marks)
        self.networks: list[Network] = []

    def _on_training_start(self) -> None:
        self._started = time.perf_counter()

    def _on_step(self) -> bool:
        while self._marks and time.perf_counter() - self._started >= self._marks[0]:
            self._marks.pop(0)
            self.networks.append(playing_network(self.model, self._config))
        return bool(self._marks)


def bench_learning(num_seeds: int, seconds: float, config: TrainConfig | None = None) -> dict[str, Any]:
    """Train `num_seeds` agents for `seconds` each, one after the other, and the baseline for as long."""
    torch.set_num_threads(1)
    tune_malloc_for_trainer()  # as `train` and the worker do
    warm_up(lambda _name, _share: None)
    marks = [mark for mark in MARKS if mark < seconds] + [seconds]
    lines, timesteps, updates = [], [], []
    for seed in range(1, num_seeds + 1):
        seeded = replace(config or TrainConfig(), seed=seed)
        snapshots, model = _SnapshotCallback(seeded, marks), build_learner(seeded)
        model.prepare()
        model.learn(10**15, snapshots, log_interval=10**15, reset_num_timesteps=False)
        lines.append([_mean_lines(network) for network in snapshots.networks])
        timesteps.append(model.num_timesteps / seconds)
        updates.append(model._n_updates / seconds)
    return {
        **compare_rates(),
        "memory_mb": trainer_memory(),
        "seconds": marks,
        "lines": lines,
        "median_lines": [statistics.median(column) for column in zip(*lines, strict=True)],
        "timesteps_per_second": statistics.median(timesteps),
        "updates_per_second": statistics.median(updates),
        "usual_recipe_lines": baseline_lines(seconds),
        "conditions": f"{_GAMES} greedy games of at most {_MAX_PIECES} seven-bag pieces, unseen in training",
    }


def compare_rates(turn_seconds: float = _TURN_SECONDS) -> dict[str, float]:
    """Measure timesteps per second of processor time, medians of turns, on one thread.

    torch: stable-baselines3's loop and torch's gradient steps, at `EARLIER_SETTINGS`. compiled: the kernels
    at the same settings. default: the kernels at the default settings.
    """
    earlier = replace(TrainConfig(seed=1), **EARLIER_SETTINGS)
    learners = {
        "torch": build_learner(earlier, use_kernels=False),
        "compiled": build_learner(earlier),
        "default": build_learner(TrainConfig(seed=1)),
    }
    for learner in learners.values():
        learner.prepare()
        _learn_for(learner, turn_seconds)  # past the random start
    turns = [{name: _learn_for(m, turn_seconds) for name, m in learners.items()} for _ in range(_TURNS)]
    median = {name: statistics.median(turn[name] for turn in turns) for name in learners}
    return {
        "torch_timesteps_per_second": median["torch"],
        "compiled_timesteps_per_second": median["compiled"],
        "default_timesteps_per_second": median["default"],
        "compiled_times_torch": statistics.median(turn["compiled"] / turn["torch"] for turn in turns),
        "default_times_torch": statistics.median(turn["default"] / turn["torch"] for turn in turns),
    }


def _learn_for(model: PlacementDQN, seconds: float) -> float:
    """Learn for this much processor time, one call at least; returns the timesteps per second."""
    timesteps, started = model.num_timesteps, time.process_time()
    elapsed = 0.0
    while elapsed < seconds:
        model.learn(_CALL_TIMESTEPS, log_interval=10**15, reset_num_timesteps=False)
        elapsed = time.process_time() - started
    return (model.num_timesteps - timesteps) / elapsed


def trainer_memory() -> dict[str, float]:
    """Return the resident megabytes of a training process of its own after each of its stages."""
    result = subprocess.run(
        python_command("from tetris_arcade.bench.trainer_child import measure; measure()"),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    stages: dict[str, float] = json.loads(result.stdout.strip().splitlines()[-1])
    return stages


def _mean_lines(network: Network) -> float:
    player = NetworkPlayer("trained", network)
    return evaluate(player, games=_GAMES, max_pieces=_MAX_PIECES, seed=_SEED, num_threads=2).mean_lines


def baseline_lines(seconds: float, seed: int = 1) -> float:
    """Return the mean lines of the baseline after `seconds` of training.

    MlpPolicy on tetris-gymnasium's grouped (40, 13) observations, flattened, without an action mask.
    """
    model = DQN("MlpPolicy", _package_env(), seed=seed, device="cpu")
    deadline = time.perf_counter() + seconds
    model.learn(10**9, callback=lambda _locals, _globals: time.perf_counter() < deadline, log_interval=10**9)
    env, lines = _package_env(), []
    for game in range(_GAMES):
        observation, _ = env.reset(seed=_SEED + game)
        total, is_over = 0, False
        while not is_over:
            action, _ = model.predict(observation, deterministic=True)
            observation, _, terminated, truncated, info = env.step(int(action))
            total, is_over = total + int(info["lines_cleared"]), terminated or truncated
        lines.append(total)
    return float(np.mean(lines))


def _package_env() -> gymnasium.Env[Any, Any]:
    tetris = Tetris()
    grouped: gymnasium.Env[Any, Any] = GroupedActionsObservations(tetris, [FeatureVectorObservation(tetris)])
    return grouped
