"""How a run learns: one frozen configuration, saved with every checkpoint. Free of torch, so that a viewer
can show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.network_shape import check_layers
from tetris_arcade.config.plain_data import from_plain, to_plain
from tetris_arcade.config.settings import TrainingSettings


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides a training run, besides the machine.

    total_timesteps is the whole length (placements, over all environments), also of a resumed run; None
    trains until it is stopped, `max_seconds` included. Exploration falls linearly from `initial_epsilon` to
    `final_epsilon` over `exploration_timesteps`. `target_update_timesteps` and `tau` move the target network.
    Errors of a value beyond `huber_delta` count linearly, not squared: a small one forgets how dear a rare
    loss is, a large one learns the risk. `best_eval_*` set how often and on how many held-out games the best
    model is chosen.
    """

    env: EnvConfig = field(default_factory=lambda: EnvConfig(max_pieces=1_000, game_over_penalty=40.0))
    seed: int = 0
    num_envs: int = 16
    total_timesteps: int | None = None
    max_seconds: float | None = None
    goal_lines: float | None = None
    learning_rate: float = 2e-3
    final_learning_rate: float = 5e-4
    learning_rate_timesteps: int = 1_000_000
    gamma: float = 0.99
    n_steps: int = 1
    batch_size: int = 256
    gradient_steps: int = 2
    buffer_size: int = 200_000
    learning_starts: int = 1_000
    initial_epsilon: float = 1.0
    final_epsilon: float = 0.02
    exploration_timesteps: int = 10_000
    tau: float = 0.005
    target_update_timesteps: int = 16
    double_q: bool = False
    net_arch: tuple[int, ...] = (64, 64)
    huber_delta: float = 1.0
    max_grad_norm: float = 10.0
    checkpoint_seconds: float = 30.0
    best_eval_seconds: float = 20.0
    best_eval_games: int = 10
    best_eval_max_pieces: int = 1_000

    def __post_init__(self) -> None:
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name} must be {low}..{high}, got {value}")
        check_layers(self.env.features, self.net_arch)

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for a checkpoint's metadata."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_dict(cls, plain: object) -> TrainConfig:
        """The reverse of `to_dict`; raises IncompatibleCheckpointError where the data is another
        version's."""
        try:
            return from_plain(cls, plain)
        except ValueError as error:
            raise IncompatibleCheckpointError(
                f"its training configuration is of another version: {error}"
            ) from error


_ANY = 2**53
"""Counts up to here are exact wherever they are shown or saved."""
_BOUNDS: Mapping[str, tuple[float, float]] = {
    "seed": (0, 2**32 - 1),
    "num_envs": (1, 1_024),
    "total_timesteps": (1, _ANY),
    "max_seconds": (0, 1e12),
    "goal_lines": (0, 1e12),
    "learning_rate": (0, 1),
    "final_learning_rate": (0, 1),
    "learning_rate_timesteps": (1, _ANY),
    "gamma": (0, 1),
    "n_steps": (1, 1_000),
    "batch_size": (1, 65_536),
    "gradient_steps": (0, 1_000),
    "buffer_size": (1, 1_000_000),
    "learning_starts": (0, _ANY),
    "initial_epsilon": (0, 1),
    "final_epsilon": (0, 1),
    "exploration_timesteps": (1, _ANY),
    "tau": (0, 1),
    "target_update_timesteps": (1, _ANY),
    "huber_delta": (1e-6, 1e6),
    "max_grad_norm": (1e-6, 1e6),
    "checkpoint_seconds": (0, 1e9),
    "best_eval_seconds": (0, 1e9),
    "best_eval_games": (1, 10_000),
    "best_eval_max_pieces": (1, 1_000_000),
}
"""What fits a machine, and comes back from a checkpoint."""


def config_from_settings(settings: TrainingSettings) -> TrainConfig:
    """The run that the settings' training defaults describe."""
    config = TrainConfig(seed=settings.seed, num_envs=settings.num_envs, goal_lines=settings.goal_lines)
    env = replace(config.env, pieces=settings.pieces, height=settings.height, reward=settings.reward)
    return replace(config, env=env)


class IncompatibleCheckpointError(Exception):
    """A checkpoint cannot go on as asked: another feature set, board, or version."""


_FREE = {"total_timesteps", "max_seconds", "goal_lines", "checkpoint_seconds", "best_eval_seconds"}
"""What a resumed run may change: how long it goes on, and when it saves."""


def resumed_config(saved: TrainConfig, asked: TrainConfig) -> TrainConfig:
    """The configuration of a resumed run: as it was saved, with the limits that are asked for now.

    Raises IncompatibleCheckpointError, naming both, where another board or feature set is asked for.
    """
    for name in ("features", "height", "pieces", "reward"):
        before, now = getattr(saved.env, name), getattr(asked.env, name)
        if before != now:
            raise IncompatibleCheckpointError(
                f"the checkpoint was trained with {name} {before}, {name} {now} was asked for"
            )
    return replace(saved, **{name: getattr(asked, name) for name in _FREE})
