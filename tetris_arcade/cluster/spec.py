"""What a sweep tries: a training configuration, the space of its parameters, and how a trial is scored."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from tetris_arcade.config.constraints import Range, check_constraints
from tetris_arcade.config.env import RULE_SETS, check_choice, check_game
from tetris_arcade.config.evaluation import EvaluationConditions
from tetris_arcade.config.plain_data import DataValidationError, from_plain
from tetris_arcade.config.training import LIMITS, TrainConfig
from tetris_arcade.storage.strict_toml import parse_toml

_NESTED = ("env", "env.shaping")
_NOT_SEARCHED = ("seed", *LIMITS, "checkpoint_seconds", "best_eval_seconds")
_NEVER = 1e9
"""Seconds between standard tests, which a sweep's trainings do not take."""

Kind = Literal["log_uniform", "uniform", "integers", "choices"]
_RANGES: tuple[Kind, ...] = ("log_uniform", "uniform", "integers")


@dataclass(frozen=True)
class Parameter:
    """One parameter of the space: a field of TrainConfig, those of the environment as "env.height".

    values: the choices, or the lowest and the highest value.
    """

    name: str
    kind: Kind
    values: tuple[Any, ...]


@dataclass(frozen=True)
class HeldOutTest:
    """The games that score a model. Trainings never see their pieces, nor does the standard test."""

    games: Annotated[int, Range(1, 4_096)] = 100
    max_pieces: Annotated[int, Range(1, 2**53)] = 50_000
    pieces: str = "uniform"
    height: int = 10
    lookahead: bool = False
    rules: str = "package"
    seed: Annotated[int, Range(0, 2**32 - 1)] = 1_717

    def __post_init__(self) -> None:
        check_constraints(self)
        check_game(self.height, self.pieces, self.max_pieces, None)
        check_choice("rules", self.rules, RULE_SETS)

    @property
    def conditions(self) -> EvaluationConditions:
        return EvaluationConditions(
            self.games, self.max_pieces, self.pieces, self.height, self.lookahead, self.rules
        )


@dataclass(frozen=True)
class EarlyStopping:
    """ASHA (Li et al. 2020): after `first` evaluations, and after `reduction` times as many each time, only
    the best 1 / `reduction` of the trials that came so far continue."""

    reduction: Annotated[int, Range(2, 100)] = 3
    first: Annotated[int, Range(1, 1_000)] = 1

    def __post_init__(self) -> None:
        check_constraints(self)


@dataclass(frozen=True)
class SweepPlan:
    """How much a sweep does.

    seeds: trainings per trial; the score of a trial is the median over them. steps, minutes: the length of a
    training, one of the two. evaluations: held-out tests of a training, evenly spaced, the last one at its
    end. stall_seconds: a training that makes no progress for so long is ended.
    """

    trials: Annotated[int, Range(1, 10_000)]
    seeds: Annotated[int, Range(1, 100)] = 1
    steps: Annotated[int, Range(1, 2**53)] | None = None
    minutes: Annotated[float, Range(1e-3, 1e6)] | None = None
    evaluations: Annotated[int, Range(1, 1_000)] = 1
    score: HeldOutTest = field(default_factory=HeldOutTest)
    early_stopping: EarlyStopping | None = None
    stall_seconds: Annotated[float, Range(1, 1e6)] = 300.0

    def __post_init__(self) -> None:
        check_constraints(self)
        if (self.steps is None) == (self.minutes is None):
            raise ValueError("give the length of a training, either as steps or as minutes")


@dataclass(frozen=True)
class SweepSpec:
    """A whole sweep. base: the values of all parameters that are not in the space."""

    base: TrainConfig
    space: tuple[Parameter, ...]
    plan: SweepPlan

    def config(self, values: Mapping[str, Any], seed_index: int, evaluation: int) -> TrainConfig:
        """The training of one seed of a trial until one of its evaluations, from 1.

        values: the trial's value of each parameter. Raises DataValidationError if they do not fit together.
        """
        config = self.base.changed(_nest(values))
        plan, share = self.plan, evaluation / self.plan.evaluations
        return replace(
            config,
            seed=config.seed + seed_index,
            total_timesteps=None if plan.steps is None else math.ceil(plan.steps * share),
            max_seconds=None if plan.minutes is None else plan.minutes * 60.0 * share,
            best_eval_seconds=_NEVER,
        )


def parse_spec(content: bytes) -> SweepSpec:
    """Read a spec: a TOML file of TrainConfig with the fields of SweepPlan and a table [space].

    Raises ValueError, naming the field, if a name is unknown or a value does not fit.
    """
    table = parse_toml(content)
    plan = {name: table.pop(name) for name in _plan_names() if name in table}
    space = table.pop("space", {})
    for name in LIMITS:
        if name in table:
            raise DataValidationError(
                f"{name} is not for sweeps: give the length of a training as steps or minutes"
            )
    base = TrainConfig().changed(table)
    return SweepSpec(base, _parse_space(space, base), from_plain(SweepPlan, plan))


def _plan_names() -> Iterator[str]:
    return iter(SweepPlan.__dataclass_fields__)


def _parse_space(table: object, base: TrainConfig) -> tuple[Parameter, ...]:
    parameters = tuple(_parse_table(table, ""))
    if not parameters:
        raise DataValidationError("space is empty: name at least one parameter to search, and its values")
    for parameter in parameters:
        for value in parameter.values:
            base.changed(_nest({parameter.name: value}))  # raises, naming the field
    return parameters


def _parse_table(table: object, prefix: str) -> Iterator[Parameter]:
    if not isinstance(table, dict):
        raise DataValidationError(f"{prefix or 'space'} must be a table")
    for key, value in table.items():
        name = f"{prefix}.{key}" if prefix else key
        if name in _NESTED:
            yield from _parse_table(value, name)
        elif name in _NOT_SEARCHED:
            raise DataValidationError(f"space.{name} cannot be searched: it is the same for every trial")
        else:
            yield _parse_parameter(name, value)


def _parse_parameter(name: str, value: object) -> Parameter:
    if isinstance(value, list) and value:
        return Parameter(name, "choices", tuple(value))
    if isinstance(value, dict) and len(value) == 1:
        ((kind, bounds),) = value.items()
        if kind in _RANGES:
            return Parameter(name, kind, _parse_bounds(name, kind, bounds))
    ranges = ", ".join(f"{{ {kind} = [LOW, HIGH] }}" for kind in _RANGES)
    raise DataValidationError(f"space.{name} must be a list of choices, or one of {ranges}")


def _parse_bounds(name: str, kind: str, bounds: object) -> tuple[float, float]:
    allowed = int if kind == "integers" else (int, float)
    if (
        not isinstance(bounds, list)
        or len(bounds) != 2
        or any(isinstance(bound, bool) or not isinstance(bound, allowed) for bound in bounds)
    ):
        numbers = "whole numbers" if kind == "integers" else "numbers"
        raise DataValidationError(f"space.{name}: {kind} takes two {numbers}, [LOW, HIGH]")
    low, high = bounds
    if not -math.inf < low < high < math.inf:
        raise DataValidationError(f"space.{name}: {low} must be below {high}")
    if kind == "log_uniform" and low <= 0:
        raise DataValidationError(f"space.{name}: a logarithmic range starts above 0, got {low}")
    return low, high


def _nest(values: Mapping[str, Any]) -> dict[str, Any]:
    """{"env.height": 10} as {"env": {"height": 10}}."""
    nested: dict[str, Any] = {}
    for name, value in values.items():
        *tables, field_name = name.split(".")
        table = nested
        for part in tables:
            table = table.setdefault(part, {})
        table[field_name] = value
    return nested
