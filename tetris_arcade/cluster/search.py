"""Which configuration is tried next, and which trial is stopped early: optuna, asked and told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import TrialState

from tetris_arcade.cluster.spec import EarlyStopping, Parameter, SweepSpec

_RANDOM_TRIALS = 10
"""Trials that end before the sampler (TPE) begins to learn from scores; until then it draws at random."""


class Search:
    """The searcher of one sweep.

    What it suggests for a trial depends on the sweep's seed, the trial's number and the scores that are known
    by then, so that a resumed sweep draws what it would have drawn.
    """

    def __init__(self, spec: SweepSpec) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._seed = spec.base.seed
        self._parameters = spec.space
        self._distributions = {parameter.name: _distribution(parameter) for parameter in spec.space}
        self._study = optuna.create_study(direction="maximize", pruner=_pruner(spec.plan.early_stopping))
        self._trials: list[optuna.trial.Trial] = []

    def suggest(self, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The values of the next trial's parameters. known: those of a trial that an earlier run began."""
        if known is not None:
            self._study.enqueue_trial({p.name: _to_drawn(p, known[p.name]) for p in self._parameters})
        seed = np.random.SeedSequence([self._seed, len(self._trials)]).generate_state(1)[0]
        self._study.sampler = optuna.samplers.TPESampler(seed=int(seed), n_startup_trials=_RANDOM_TRIALS)
        trial = self._study.ask(self._distributions)
        self._trials.append(trial)
        return {p.name: _from_drawn(p, trial.params[p.name]) for p in self._parameters}

    def report(self, number: int, evaluation: int, score: float) -> bool:
        """Tell the score of a trial after one of its evaluations; returns whether the trial continues."""
        self._trials[number].report(score, evaluation)
        return not self._trials[number].should_prune()

    def finish(self, number: int, score: float | None, *, stopped_early: bool = False) -> None:
        """Tell that a trial has ended. score: None for one that failed."""
        if score is None:
            self._study.tell(self._trials[number], state=TrialState.FAIL)
        elif stopped_early:
            self._study.tell(self._trials[number], state=TrialState.PRUNED)
        else:
            self._study.tell(self._trials[number], score)


def _pruner(early_stopping: EarlyStopping | None) -> optuna.pruners.BasePruner:
    if early_stopping is None:
        return optuna.pruners.NopPruner()
    return optuna.pruners.SuccessiveHalvingPruner(
        min_resource=early_stopping.first, reduction_factor=early_stopping.reduction
    )


def _distribution(parameter: Parameter) -> BaseDistribution:
    if parameter.kind == "choices":  # by number: optuna takes no lists
        return CategoricalDistribution(range(len(parameter.values)))
    low, high = parameter.values
    if parameter.kind == "integers":
        return IntDistribution(low, high)
    return FloatDistribution(low, high, log=parameter.kind == "log_uniform")


def _from_drawn(parameter: Parameter, drawn: Any) -> Any:
    return parameter.values[drawn] if parameter.kind == "choices" else drawn


def _to_drawn(parameter: Parameter, value: Any) -> Any:
    return parameter.values.index(value) if parameter.kind == "choices" else value
