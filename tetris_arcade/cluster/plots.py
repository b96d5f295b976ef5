"""The pictures of a sweep: all learning curves, and the score against each parameter."""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from tetris_arcade.cluster.spec import Parameter, SweepSpec
from tetris_arcade.cluster.trials import Trial, best_trial

_COLUMNS = 3
_BEST, _OTHERS, _STOPPED = "tab:orange", "tab:blue", "0.7"


def draw_curves(spec: SweepSpec, trials: Sequence[Trial], title: str) -> bytes:
    """The scores of all trials after each evaluation as a PNG, and the interval of the best one."""
    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.subplots()
    best = best_trial(list(trials))
    for trial in trials:
        x = [_length(spec, trial, k) for k in range(len(trial.scores))]
        y = [score.value for score in trial.scores]
        is_best = trial is best
        axes.plot(
            x,
            y,
            marker="o",
            markersize=3,
            color=_color(trial, best),
            linewidth=2 if is_best else 1,
            zorder=3 if is_best else 2,
            label=f"trial {trial.number}, the best" if is_best else None,
        )
        if is_best:
            low, high = [s.low for s in trial.scores], [s.high for s in trial.scores]
            axes.fill_between(x, low, high, color=_BEST, alpha=0.2)
    axes.set_xlabel("timesteps" if spec.plan.minutes is None else "seconds of training")
    _label_score(axes)
    axes.set_title(title)
    if best is not None:
        axes.legend()
    return _to_png(figure)


def draw_parameters(spec: SweepSpec, trials: Sequence[Trial], title: str) -> bytes:
    """The score of each trial against each parameter as a PNG, with the intervals."""
    rows = math.ceil(len(spec.space) / _COLUMNS)
    columns = min(_COLUMNS, len(spec.space))
    figure = Figure(figsize=(4 * columns, 3.2 * rows + 0.4), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    best = best_trial(list(trials))
    for parameter, axes in itertools.zip_longest(spec.space, grid.flat):
        if parameter is None:
            axes.set_axis_off()
            continue
        _draw_parameter(axes, parameter, trials, best)
    figure.suptitle(title)
    return _to_png(figure)


def _draw_parameter(axes: Axes, parameter: Parameter, trials: Sequence[Trial], best: Trial | None) -> None:
    for trial in trials:
        if trial.score is None:
            continue
        score = trial.score
        x = _position(parameter, trial.values[parameter.name])
        errors = [[max(score.value - score.low, 0.0)], [max(score.high - score.value, 0.0)]]
        axes.errorbar(
            x, score.value, yerr=errors, fmt="o", markersize=4, color=_color(trial, best), elinewidth=1
        )
    if parameter.kind == "log_uniform":
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
    elif parameter.kind == "choices":
        axes.set_xticks(range(len(parameter.values)), [str(value) for value in parameter.values])
        axes.margins(x=0.2)
    axes.set_xlabel(parameter.name)
    _label_score(axes)


def _position(parameter: Parameter, value: Any) -> float:
    return parameter.values.index(value) if parameter.kind == "choices" else value


def _length(spec: SweepSpec, trial: Trial, evaluation: int) -> float:
    """How long the trial's seeds had been trained, at least, at an evaluation."""
    results = [seed_results[evaluation] for seed_results in trial.results]
    if spec.plan.minutes is None:
        return min(result.timesteps for result in results)
    return min(result.seconds for result in results)


def _color(trial: Trial, best: Trial | None) -> str:
    if trial is best:
        return _BEST
    return _OTHERS if trial.status == "done" else _STOPPED


def _label_score(axes: Axes) -> None:
    axes.set_ylabel("lines per game")
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)


def _to_png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120)
    return buffer.getvalue()
