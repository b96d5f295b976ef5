"""The learner: policy, DQN, callbacks, trainer, players, evaluation.

    from tetris_arcade.training import TrainConfig, train, evaluate, load_player

Names load when they are used: a configuration is plain data, players bring numba, `train` brings torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tetris_arcade.training.config import TrainConfig

if TYPE_CHECKING:
    from tetris_arcade.training.evaluation import evaluate
    from tetris_arcade.training.players import load_player
    from tetris_arcade.training.trainer import train

__all__ = ["TrainConfig", "evaluate", "load_player", "train"]


def __getattr__(name: str) -> Any:
    if name == "train":
        from tetris_arcade.training.trainer import train

        return train
    if name == "evaluate":
        from tetris_arcade.training.evaluation import evaluate

        return evaluate
    if name == "load_player":
        from tetris_arcade.training.players import load_player

        return load_player
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
