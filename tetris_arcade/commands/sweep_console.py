"""A sweep on standard error: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.table import Table

from tetris_arcade.cluster.trial_text import format_value, trial_line
from tetris_arcade.process.threads import has_thread_for

if TYPE_CHECKING:
    from tetris_arcade.cluster.spec import SweepSpec
    from tetris_arcade.cluster.sweep import SweepListener, SweepView
    from tetris_arcade.cluster.trials import Trial

_LINE_SECONDS = 10.0
_TABLE_MARGIN = 8
"""Rows of the terminal that the table's frame, its title and its caption take."""


@contextmanager
def open_listener(spec: SweepSpec, console: Console) -> Iterator[SweepListener]:
    """What shows a sweep for as long as the block runs."""
    if not console.is_terminal:
        yield LineListener(console)
        return
    with Live(console=console, auto_refresh=has_thread_for("live table"), refresh_per_second=2) as live:
        yield LiveListener(spec, live)


class LineListener:
    """A line per trial, and one every few seconds."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._next_time = time.monotonic() + _LINE_SECONDS

    def update(self, view: SweepView) -> None:
        if time.monotonic() >= self._next_time:
            self._next_time = time.monotonic() + _LINE_SECONDS
            self._console.print(_summary(view), soft_wrap=True)

    def trial_changed(self, trial: Trial) -> None:
        self._console.print(trial_line(trial), soft_wrap=True, markup=False, highlight=False)


class LiveListener:
    """A table of the running trials and of the best that have ended, as far as the terminal has room."""

    def __init__(self, spec: SweepSpec, live: Live) -> None:
        self._spec, self._live = spec, live

    def update(self, view: SweepView) -> None:
        self._live.update(_make_table(self._spec, view, self._live.console.height - _TABLE_MARGIN))

    def trial_changed(self, trial: Trial) -> None:
        pass


def _make_table(spec: SweepSpec, view: SweepView, max_rows: int) -> Table:
    names = [parameter.name for parameter in spec.space]
    table = Table(caption=_summary(view), caption_justify="left")
    table.add_column("trial", justify="right")
    for name in names:
        table.add_column(name.rpartition(".")[2], justify="right", overflow="fold")
    for title in ("seeds done", "lines per game", "state"):
        table.add_column(title, justify="right" if title != "state" else "left")
    for trial in _most_interesting(view.trials, max(1, max_rows)):
        table.add_row(
            str(trial.number),
            *(format_value(trial.values[name]) for name in names),
            _seeds_done(spec, trial),
            "" if trial.score is None else str(trial.score),
            _state(spec, trial),
        )
    return table


def _most_interesting(trials: list[Trial], count: int) -> list[Trial]:
    """The running trials, then the others by their scores."""

    def key(trial: Trial) -> tuple[bool, float]:
        return not trial.is_running, -(trial.score.value if trial.score is not None else -1.0)

    return sorted(trials, key=key)[:count]


def _seeds_done(spec: SweepSpec, trial: Trial) -> str:
    done = sum(len(results) == spec.plan.evaluations for results in trial.results)
    return f"{done} of {spec.plan.seeds}"


def _state(spec: SweepSpec, trial: Trial) -> str:
    if not trial.is_running:
        return f"{trial.status}: {trial.reason}" if trial.reason else trial.status
    plan = spec.plan
    finished = sum(map(len, trial.results)) / plan.evaluations
    return f"{(finished + sum(trial.shares.values()) / plan.evaluations) / plan.seeds:.0%}"


def _summary(view: SweepView) -> str:
    running = sum(trial.is_running for trial in view.trials)
    left = ""
    if view.seconds_left is not None:
        left = f", at most {timedelta(seconds=round(view.seconds_left))} left"
    workers = f"{view.workers} worker{'s' if view.workers != 1 else ''}"
    return (
        f"{len(view.trials) - running} trials ended, {running} running on {workers}, "
        f"{timedelta(seconds=round(view.seconds))} so far{left}"
    )
