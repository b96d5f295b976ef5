"""The learner, evaluation and players. Public are `TrainConfig`, `train`, `evaluate` and `load_player`."""

from tetris_arcade.config.training import TrainConfig
from tetris_arcade.training.evaluation import evaluate
from tetris_arcade.training.players import load_player
from tetris_arcade.training.run import train

__all__ = ["TrainConfig", "evaluate", "load_player", "train"]
