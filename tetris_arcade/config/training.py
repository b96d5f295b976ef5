"""The configuration of a training run; it is saved with every checkpoint. Free of torch, for the viewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Annotated, Any

from tetris_arcade.config.changes import MAX_CHANGES, Change, check_order
from tetris_arcade.config.constraints import Range, check_constraints
from tetris_arcade.config.env import EnvConfig, RewardShaping
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

    total_timesteps, max_seconds: total length, in placements over all environments and in seconds of
    training, both including the part before a resume; None for no limit. goal_lines: the run also ends at
    this many lines per game of the standard test.
    initial_epsilon, final_epsilon: exploration rate, decreasing linearly over `exploration_timesteps`.
    target_update_timesteps, tau: interval and step size of the target network's soft updates.
    huber_delta: the loss is quadratic up to this error and linear beyond it. A small value underrates rare
    large losses; a large value learns the risk.
    best_eval_seconds: how often the model takes the standard test, which decides which one is the best.
    changes: what was changed while it trained; a run with the same changes from the start is the same run.
    All other fields are those of its start: `at` says what holds later.

    Raises ValueError if a value is out of range.
    """

    env: EnvConfig = field(default_factory=lambda: EnvConfig(max_pieces=1_000, game_over_penalty=25.0))
    seed: Annotated[int, Range(0, 2**32 - 1)] = 0
    num_envs: Annotated[int, Range(1, 1_024)] = 16
    total_timesteps: _Timesteps | None = None
    max_seconds: Annotated[float, Range(0, 1e12)] | None = None
    goal_lines: Annotated[float, Range(0, 1e12)] | None = None
    learning_rate: _Fraction = 5e-3
    final_learning_rate: _Fraction = 5e-4
    learning_rate_timesteps: _Timesteps = 1_000_000
    gamma: _Fraction = 0.97
    n_steps: Annotated[int, Range(1, 1_000)] = 1
    batch_size: Annotated[int, Range(1, 65_536)] = 32
    gradient_steps: Annotated[int, Range(0, 1_000)] = 1
    buffer_size: Annotated[int, Range(1, 1_000_000)] = 200_000
    learning_starts: Annotated[int, Range(0, 2**53)] = 1_000
    initial_epsilon: _Fraction = 1.0
    final_epsilon: _Fraction = 0.02
    exploration_timesteps: _Timesteps = 10_000
    tau: _Fraction = 0.006
    target_update_timesteps: _Timesteps = 16
    double_q: bool = False
    net_arch: tuple[int, ...] = (128, 64)
    huber_delta: Annotated[float, Range(1e-6, 1e6)] = 0.7
    max_grad_norm: Annotated[float, Range(1e-6, 1e6)] = 10.0
    checkpoint_seconds: _Seconds = 30.0
    best_eval_seconds: _Seconds = 20.0
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        check_constraints(self)
        check_layers(self.env.features, self.net_arch)
        check_order(self.changes, "changes", MAX_CHANGES)

    def to_dict(self) -> dict[str, Any]:
        """Convert to plain data, for a checkpoint's metadata."""
        plain: dict[str, Any] = to_plain(self)
        return plain

    def at(self, timesteps: int) -> TrainConfig:
        """The configuration that holds at a timestep: with all changes up to it.

        Raises DataValidationError if a change has a value that its field cannot have.
        """
        config = self
        for change in self.changes:
            if change.timesteps <= timesteps:
                config = config.changed(change.as_plain())
        return config

    def with_change(self, change: Change) -> TrainConfig:
        """A copy with one more change; raises ValueError if it cannot be made."""
        self.changed(change.as_plain())
        return replace(self, changes=(*self.changes, change))

    def changed(self, changes: Mapping[str, Any]) -> TrainConfig:
        """A copy with other values, given as plain data, the environment's under `env`.

        Raises DataValidationError, naming the field, if one is unknown or out of range.
        """
        return from_plain(TrainConfig, _merge(self.to_dict(), changes))

    @classmethod
    def from_dict(cls, plain: object) -> TrainConfig:
        """The inverse of `to_dict`; raises IncompatibleCheckpointError if the data does not fit."""
        try:
            return from_plain(cls, without_retired_fields(plain))
        except ValueError as error:
            raise IncompatibleCheckpointError(
                f"its training configuration is of another version: {error}"
            ) from error


def _merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The nested tables of `base` with the values of `changes`."""
    merged = dict(base)
    for key, value in changes.items():
        old = base.get(key)
        is_table = isinstance(old, Mapping) and isinstance(value, Mapping)
        merged[key] = _merge(old, value) if is_table else value  # type: ignore[arg-type]
    return merged


def config_from_settings(settings: TrainingSettings) -> TrainConfig:
    """The configuration of a run started from the menu."""
    config = TrainConfig(
        seed=settings.seed,
        num_envs=settings.num_envs,
        goal_lines=settings.goal_lines,
        learning_rate=settings.learning_rate,
        final_learning_rate=settings.learning_rate / 10,
        gamma=settings.gamma,
        exploration_timesteps=settings.exploration_timesteps,
        net_arch=settings.net_arch,
    )
    env = replace(
        config.env,
        pieces=settings.pieces,
        height=settings.height,
        reward=settings.reward,
        game_over_penalty=settings.game_over_penalty,
        shaping=RewardShaping(settings.holes, settings.max_height, settings.bumpiness),
    )
    return replace(config, env=env)


def config_from_model(config: TrainConfig, features: str, net_arch: tuple[int, ...]) -> TrainConfig:
    """The configuration of a run that starts with a model's network: it has the network's shape.

    Raises IncompatibleCheckpointError if another shape than the default one was asked for.
    """
    default = TrainConfig()
    for name, asked, usual, now in (
        ("features", config.env.features, default.env.features, features),
        ("net_arch", config.net_arch, default.net_arch, net_arch),
    ):
        if asked not in (usual, now):
            raise IncompatibleCheckpointError(f"the model has {name} {now}, but {name} {asked} was requested")
    return replace(config, env=replace(config.env, features=features), net_arch=net_arch)


def with_little_exploration(config: TrainConfig) -> TrainConfig:
    """A copy for a run that starts with a trained network: it always explores as little as in the end."""
    return replace(config, initial_epsilon=config.final_epsilon)


RETIRED_FIELDS = ("best_eval_games", "best_eval_max_pieces")
"""Earlier versions stored these; now every test is the standard one."""


def without_retired_fields(plain: object) -> object:
    """A configuration as plain data, without the fields that only earlier versions had."""
    if not isinstance(plain, dict):
        return plain
    return {name: value for name, value in plain.items() if name not in RETIRED_FIELDS}


class IncompatibleCheckpointError(Exception):
    """A checkpoint cannot be resumed as requested: other features, board or version."""


LIMITS = ("total_timesteps", "max_seconds", "goal_lines")
CHANGEABLE = (*LIMITS, "checkpoint_seconds", "best_eval_seconds")
"""What a resumed run may change: when it ends, when it saves and when it is tested."""


def with_changes_of(saved: TrainConfig, requested: TrainConfig) -> TrainConfig:
    """The requested configuration with the changes that the saved run has made, if it names none."""
    return requested if requested.changes else replace(requested, changes=saved.changes)


def check_resumable(saved: TrainConfig, requested: TrainConfig) -> None:
    """Raise IncompatibleCheckpointError if the configurations differ in more than `CHANGEABLE`."""
    for before, now in ((saved.env, requested.env), (saved, requested)):
        for name in (item.name for item in fields(now)):
            old, new = getattr(before, name), getattr(now, name)
            if old != new and name not in CHANGEABLE:
                raise IncompatibleCheckpointError(
                    f"the saved run was trained with {name} {_in_words(old)}, but {name} {_in_words(new)} "
                    f"was requested: a resumed run can only change {', '.join(CHANGEABLE)}"
                )


def without_reached_limits(
    config: TrainConfig, *, timesteps: int, seconds: float, best_test_lines: float | None
) -> TrainConfig:
    """A copy in which the limits and the goal that a run has reached are None, so that it can continue."""
    reached = (
        (config.total_timesteps, timesteps),
        (config.max_seconds, seconds),
        (config.goal_lines, best_test_lines or 0.0),
    )
    dropped: dict[str, Any] = {
        name: None
        for name, (limit, done) in zip(LIMITS, reached, strict=True)
        if limit is not None and done >= limit
    }
    return replace(config, **dropped)


def _in_words(value: object) -> str:
    return "none" if value is None else str(value)
