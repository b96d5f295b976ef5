"""The statistics and graphs of the training screen, made from the worker's records."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Any

from tetris_arcade.languages import N_, _
from tetris_arcade.scenes.speeds import speed_name
from tetris_arcade.scenes.training.hyperparameters import event_texts
from tetris_arcade.ui.theme import Color, Theme
from tetris_arcade.ui.widgets.graph import Curve, Graph, Stamp, running_mean
from tetris_arcade.ui.widgets.stat_line import Stat, duration, number, short_number
from tetris_arcade.worker.shared.controls import watched_speed
from tetris_arcade.worker.shared.messages import WorkerState
from tetris_arcade.worker.shared.milestones import reached_milestones
from tetris_arcade.worker.shared.telemetry import series_band, series_points

_FIRST_WEIGHT = 1.6
"""The height of the first graph, compared with the others: lines per game matter most."""
_MEAN_POINTS = 25
_MAX_STAMP_CHARACTERS = 20
_STAMP_TEXTS = {
    "line_1": N_("first line"),
    "lines_10": N_("10 lines"),
    "lines_100": N_("100 lines"),
    "random_10": N_("10 x random"),
    "random_100": N_("100 x random"),
    "random_1000": N_("1,000 x random"),
    "random_10000": N_("10,000 x random"),
}
"""By the keys of the milestones."""


def state_color(theme: Theme, state: WorkerState) -> Color:
    """Success while it trains, a warning while it waits, an error after a failure."""
    if state is WorkerState.RUNNING:
        return theme.success
    if state in (WorkerState.FAILED, WorkerState.RESTARTING):
        return theme.error
    return theme.text_dim if state in (WorkerState.IDLE, WorkerState.STOPPED) else theme.warning


def progress_stats(counters: Any, speed: float | None, *, is_in_step: bool) -> list[Stat]:
    """How far the run is.

    speed: the limit in moves per second, of the training if it is in step, otherwise of the game beside it.
    """
    limit = int(counters["timesteps_asked"])
    return [
        Stat(_("MOVES"), number(counters["timesteps"])),
        *([Stat(_("OF"), number(limit))] if limit else []),
        Stat(_("MOVES/S"), number(counters["timesteps_per_second"])),
        _speed_stat(speed, is_in_step=is_in_step),
        Stat(_("GAMES"), number(counters["episodes"])),
        Stat(_("TIME"), duration(counters["seconds"])),
    ]


def _speed_stat(speed: float | None, *, is_in_step: bool) -> Stat:
    if is_in_step:
        return Stat(_("SPEED"), speed_name(speed))
    return Stat(_("GAME SHOWN AT"), speed_name(watched_speed(speed)), short_label=_("SHOWN AT"))


def line_stats(theme: Theme, counters: Any, lines_now: int) -> list[Stat]:
    """Lines of the watched game and of the last one, and the best results."""
    return [
        Stat(_("THIS GAME"), number(lines_now), theme.accent, counts_lines=True),
        Stat(_("LAST GAME"), number(counters["last_lines"])),
        Stat(_("AVERAGE OF LAST 100"), number(counters["mean_lines_100"], 1), short_label=_("AVERAGE")),
        Stat(_("BEST GAME"), number(counters["best_lines"])),
        Stat(_("BEST TEST AVERAGE"), number(counters["best_eval_lines"], 1), theme.success, _("BEST TEST")),
    ]


def learning_stats(theme: Theme, counters: Any) -> list[Stat]:
    """What the learner does."""
    loss = float(counters["loss"])
    # Before the first timestep the exploration rate is not known.
    epsilon = float(counters["epsilon"]) if counters["timesteps"] else math.nan
    return [
        Stat(_("EXPLORATION RATE"), number(epsilon, 3), theme.exploring, short_label=_("EXPLORING")),
        Stat(_("LOSS"), number(loss, 4) if math.isnan(loss) or loss < 100 else short_number(loss)),
        Stat(_("MEAN Q-VALUE"), number(counters["mean_value"], 2), short_label=_("Q-VALUE")),
        Stat(_("UPDATES"), short_number(int(counters["updates"]))),
    ]


def save_stat(theme: Theme, counters: Any, reported_at: float = 0.0) -> Stat:
    """When the run was last saved, by the counters or by a report; an error while saving fails."""
    unsaved, saved = float(counters["unsaved_since"]), max(float(counters["saved_at"]), reported_at)
    if unsaved:
        return Stat(_("NOT SAVED"), clock_text(unsaved), theme.error)
    return Stat(_("SAVED"), clock_text(saved) if saved else _("not yet"), None if saved else theme.text_dim)


def clock_text(seconds: float) -> str:
    """A moment of `time.time()` as hh:mm."""
    return time.strftime("%H:%M", time.localtime(seconds))


def graph_page(series: Any, number: int, learner: Any = None) -> list[Graph]:
    """The four graphs of a page, 0..NUM_GRAPH_PAGES - 1, from a SERIES record.

    learner: a LEARNER record, whose changes and notes are stamped on every graph.
    """
    return with_events(_GRAPH_PAGES[number](series), learner)


def all_graphs(series: Any, learner: Any) -> list[Graph]:
    """All graphs of a training, those of the learner included."""
    pages = (*(make for make in _GRAPH_PAGES), _learner_page)
    return with_events([graph for make in pages for graph in make(series)], learner)


def with_events(graphs: list[Graph], learner: Any) -> list[Graph]:
    """The graphs with the changes and notes of a LEARNER record stamped on each."""
    if learner is None or not int(learner["num_events"]):
        return graphs
    stamps = tuple(
        Stamp(timesteps, text if is_change else _shorten(text))
        for timesteps, is_change, text in event_texts(learner)
    )
    return [replace(graph, stamps=(*graph.stamps, *stamps)) for graph in graphs]


def _shorten(note: str) -> str:
    """The beginning of a note, for a stamp."""
    return note if len(note) <= _MAX_STAMP_CHARACTERS else f"{note[: _MAX_STAMP_CHARACTERS - 1]}…"


def _learner_page(series: Any) -> list[Graph]:
    return [
        Graph(title, (_curve(series, name, "", color),), _("Waiting for the first update"))
        for title, name, color in (
            (_("TD ERROR, MEAN SIZE"), "td_error", 2),
            (_("GRADIENT LENGTH"), "gradient_norm", 0),
            (_("DISTANCE OF THE TARGET NETWORK"), "target_distance", 1),
            (_("EXPLORED MOVES"), "exploration_share", 3),
        )
    ]


def _learning_page(series: Any) -> list[Graph]:
    return [
        Graph(
            _("LINES PER GAME"),
            (
                _curve(series, "lines", _("game"), 0, style="dots"),
                _curve(series, "smoothed_lines", _("average"), 0),
                # Not on the board of the training games, so with an axis of its own.
                _curve(series, "evaluated_lines", _("test"), 1, style="marks", axis="right", has_best=True),
            ),
            weight=_FIRST_WEIGHT,
            stamps=milestone_stamps(series),
        ),
        Graph(
            _("REWARD PER GAME"),
            (_curve(series, "reward", _("game"), 2, style="dots"), _mean(series, "reward", 2)),
        ),
        Graph(_("LOSS"), (_curve(series, "loss", "", 3),), _("Waiting for the first update")),
        Graph(
            _("EXPLORATION"),
            (
                _curve(series, "epsilon", _("rate"), 1, min_range=(0.0, 1.0)),
                _curve(series, "mean_value", _("Q-value"), 0, axis="right"),
            ),
            _("Waiting for the first moves"),
        ),
    ]


def _board_page(series: Any) -> list[Graph]:
    return [
        Graph(title, (_curve(series, name, "", color),), _("Waiting for the first moves"))
        for title, name, color in (
            (_("HOLES"), "holes", 2),
            (_("HIGHEST COLUMN"), "max_height", 0),
            (_("BUMPINESS"), "bumpiness", 3),
            (_("MOVES/S"), "timesteps_per_second", 1),
        )
    ]


_GRAPH_PAGES = (_learning_page, _board_page)
NUM_GRAPH_PAGES = len(_GRAPH_PAGES)


def milestone_stamps(series: Any) -> tuple[Stamp, ...]:
    """The milestones of a SERIES record, to be stamped on a graph."""
    return tuple(
        Stamp(float(timesteps), _(_STAMP_TEXTS[milestone.key]))
        for milestone, timesteps in reached_milestones(series)
    )


def _mean(series: Any, name: str, color: int) -> Curve:
    """The running mean of a series, drawn over its dots."""
    timesteps, values = series_points(series, name)
    return Curve(_("average"), timesteps, running_mean(values, _MEAN_POINTS), color)


def _curve(series: Any, name: str, label: str, color: int, **look: Any) -> Curve:
    timesteps, values = series_points(series, name)
    if look.get("style", "line") == "line" and int(series[name]["stride"]) > 1:
        look["band"] = series_band(series, name)
    return Curve(label, timesteps, values, color, series=name, **look)
