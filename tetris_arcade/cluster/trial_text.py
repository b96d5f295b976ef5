"""Trials as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tetris_arcade.cluster.trials import Trial


def trial_line(trial: Trial) -> str:
    """A trial in one line, such as "trial 3: 412.3 (380.0 to 440.1) lines per game, done; gamma 0.99"."""
    score = "no score" if trial.score is None else f"{trial.score} lines per game"
    reason = f", {trial.reason}" if trial.reason else ""
    return f"trial {trial.number}: {score}, {trial.status}{reason}; {format_values(trial.values)}"


def format_values(values: dict[str, Any]) -> str:
    """Values of parameters, such as "gamma 0.99, env.height 10"."""
    return ", ".join(f"{name} {format_value(value)}" for name, value in values.items())


def format_value(value: Any) -> str:
    """A value with three significant digits."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)
