"""The child process of `bench train`: one training, whose memory is measured from inside."""

from __future__ import annotations

import json

import psutil

_TIMESTEPS = 60_000


def measure() -> None:
    """Print one JSON object: the resident megabytes after each stage of a training with default settings."""
    stages = {"python": _resident_mb()}

    import torch

    torch.set_num_threads(1)
    stages["torch"] = _resident_mb()

    from tetris_arcade.config.training import TrainConfig
    from tetris_arcade.process.malloc import tune_malloc_for_trainer
    from tetris_arcade.training.factory import build_learner

    tune_malloc_for_trainer()
    stages["libraries"] = _resident_mb()
    model = build_learner(TrainConfig(seed=1))
    model.prepare()
    stages["learner_and_kernels"] = _resident_mb()
    model.learn(_TIMESTEPS, log_interval=10**15, reset_num_timesteps=False)
    stages["training"] = _resident_mb()
    print(json.dumps(stages))


def _resident_mb() -> float:
    return float(round(psutil.Process().memory_info().rss / 1e6, 1))
