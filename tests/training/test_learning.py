"""The default configuration learns to play."""

from __future__ import annotations

import torch

from tetris_arcade.config.training import TrainConfig
from tetris_arcade.training.evaluation import evaluate
from tetris_arcade.training.factory import build_learner, playing_network
from tetris_arcade.training.players import NetworkPlayer, RandomPlayer


def test_25_000_timesteps_beat_random_placements():
    torch.set_num_threads(1)
    config = TrainConfig(seed=3)
    model = build_learner(config)
    model.prepare()
    model.learn(25_000, log_interval=10**9, reset_num_timesteps=False)
    trained = evaluate(NetworkPlayer("trained", playing_network(model, config)), games=20, seed=909)
    random = evaluate(RandomPlayer(0), games=20, seed=909)
    assert trained.ci95_lines[0] > 100 * random.ci95_lines[1] > 0
