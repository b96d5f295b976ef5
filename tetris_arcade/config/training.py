"""The configuration of a training run; it is saved with every checkpoint. Free of torch, for the viewer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from tetris_arcade.config.constraints import Range, check_constraints
from tetris_arcade.config.env import EnvConfig
from tetris_arcade.config.network_shape import check_layers
from tetris_arcade.config.plain_data import from_plain, to_plain
from tetris_arcade.config.settings import TrainingSettings

_Fraction = Annotated[float, Range(0, 1)]
_Seconds = Annotated[float, Range(0, 1e9)]
_Timesteps = Annotated[int, Range(1, 2**53)]
"""Counts up to 2**53 are exact wherever they are shown or saved."""


@dataclass(frozen=True)
class TrainConfig:
    """Everything that determines a training run, except the machine.

    total_timesteps: total length in placements, over all environments and including the part before a resume;
    None trains until the run is stopped. max_seconds, goal_lines: further limits, None for no limit.
    initial_epsilon, final_epsilon: exploration rate, decreasing linearly over `exploration_timesteps`.
    target_update_timesteps, tau: interval and step size of the target network's soft updates.
    huber_delta: the loss is quadratic up to this error and linear beyond it. A small value underrates rare
    large losses; a large value learns the risk.
    best_eval_seconds, best_eval_games, best_eval_max_pieces: how often the best model is chosen, on how many
    held-out games, and their piece limit.

    Raises ValueError if a value is out of range.
    """

    env: EnvConfig = field(default_factory=lambda: EnvConfig(max_pieces=1_000, game_over_penalty=40.0))
    seed: Annotated[int, Range(0, 2**32 - 1)] = 0
    num_envs: Annotated[int, Range(1, 1_024)] = 16
    total_timesteps: _Timesteps | None = None
    max_seconds: Annotated[float, Range(0, 1e12)] | None = None
    goal_lines: Annotated[float, Range(0, 1e12)] | None = None
    learning_rate: _Fraction = 2e-3
    final_learning_rate: _Fraction = 5e-4
    learning_rate_timesteps: _Timesteps = 1_000_000
    gamma: _Fraction = 0.99
    n_steps: Annotated[int, Range(1, 1_000)] = 1
    batch_size: Annotated[int, Range(1, 65_536)] = 256
    gradient_steps: Annotated[int, Range(0, 1_000)] = 2
    buffer_size: Annotated[int, Range(1, 1_000_000)] = 200_000
    learning_starts: Annotated[int, Range(0, 2**53)] = 1_000
    initial_epsilon: _Fraction = 1.0
    final_epsilon: _Fraction = 0.02
    exploration_timesteps: _Timesteps = 10_000
    tau: _Fraction = 0.005
    target_update_timesteps: _Timesteps = 16
    double_q: bool = False
    net_arch: tuple[int, ...] = (64, 64)
    huber_delta: Annotated[float, Range(1e-6, 1e6)] = 1.0
    max_grad_norm: Annotated[float, Range(1e-6, 1e6)] = 10.0
    checkpoint_seconds: _Seconds = 30.0
    best_eval_seconds: _Seconds = 20.0
    best_eval_games: Annotated[int, Range(1, 10_000)] = 10
    best_eval_max_pieces: Annotated[int, Range(1, 1_000_000)] = 1_000

    def __post_init__(self) -> None:
        check_constraints(self)
        check_layers(self.env.features, self.net_arch)

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain data, for a checkpoint's metadata."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_dict(cls, plain: object) -> TrainConfig:
        """The inverse of `to_dict`; raises IncompatibleCheckpointError if the data does not fit."""
        try:
            return from_plain(cls, plain)
        except ValueError as error:
            raise IncompatibleCheckpointError(
                f"its training configuration is of another version: {error}"
            ) from error


def config_from_settings(settings: TrainingSettings) -> TrainConfig:
    """The configuration of a run started from the menu."""
    config = TrainConfig(seed=settings.seed, num_envs=settings.num_envs, goal_lines=settings.goal_lines)
    env = replace(config.env, pieces=settings.pieces, height=settings.height, reward=settings.reward)
    return replace(config, env=env)


class IncompatibleCheckpointError(Exception):
    """A checkpoint cannot be resumed as requested: other features, board or version."""


_CHANGEABLE = {"total_timesteps", "max_seconds", "goal_lines", "checkpoint_seconds", "best_eval_seconds"}
"""What a resumed run may change: its limits, and when it saves."""


def resumed_config(saved: TrainConfig, requested: TrainConfig) -> TrainConfig:
    """The configuration of a resumed run: the saved one with the requested limits.

    Raises IncompatibleCheckpointError if the features, board, pieces or reward differ.
    """
    for name in ("features", "height", "pieces", "reward"):
        before, now = getattr(saved.env, name), getattr(requested.env, name)
        if before != now:
            raise IncompatibleCheckpointError(
                f"the checkpoint was trained with {name} {before}, but {name} {now} was requested"
            )
    return replace(saved, **{name: getattr(requested, name) for name in _CHANGEABLE})
