"""What the training screen writes and plots: from the worker's records to lines of text and graphs."""

from __future__ import annotations

import math
import re
import time
from typing import Any

from tetris_arcade.ui.theme import Color, Theme
from tetris_arcade.ui.widgets.graph import Curve, Graph, running_mean
from tetris_arcade.ui.widgets.stat_line import Stat, duration, number, short_number
from tetris_arcade.worker.shared.messages import Stage, WorkerState
from tetris_arcade.worker.shared.telemetry import series_points

STATE_NAMES = {
    WorkerState.IDLE: "NOT STARTED",
    WorkerState.STARTING: "STARTING",
    WorkerState.RUNNING: "TRAINING",
    WorkerState.PAUSED: "PAUSED",
    WorkerState.SAVING: "SAVING",
    WorkerState.STOPPING: "STOPPING",
    WorkerState.STOPPED: "STOPPED",
    WorkerState.FAILED: "FAILED",
    WorkerState.RESTARTING: "STARTING AGAIN",
}

_KERNEL = re.compile(r"kernel (\d+ of \d+): .*")
_FIRST_WEIGHT = 1.6
"""The lines a game are what it is all for."""
_MEAN_OF = 25
"""Points in a running mean."""

STAGES = {
    "importing": "loading the learning library",
    "compiling": "compiling the game",
    "building": "building the network",
    "loading": "reading the checkpoint",
    "training": "first moves",
}
"""What the trainer waits for, in the order of its start."""


def state_color(theme: Theme, state: WorkerState) -> Color:
    """Good while it trains, a warning while it stands, bad where it has failed."""
    if state is WorkerState.RUNNING:
        return theme.success
    if state in (WorkerState.FAILED, WorkerState.RESTARTING):
        return theme.error
    return theme.text_dim if state in (WorkerState.IDLE, WorkerState.STOPPED) else theme.warning


def stage_text(stage: Stage | None) -> str:
    """What a start waits for."""
    if stage is None:
        return "starting a process"
    kernel = _KERNEL.fullmatch(stage.name)
    return STAGES.get(stage.name, stage.name) if kernel is None else f"compiling the game, {kernel[1]}"


def progress_stats(counters: Any) -> list[Stat]:
    """How far the run is."""
    asked = int(counters["timesteps_asked"])
    stats = [
        Stat("TIMESTEPS", number(counters["timesteps"])),
        Stat("STEPS/S", number(counters["timesteps_per_second"])),
        Stat("GAMES", number(counters["episodes"])),
        Stat("TIME", duration(counters["seconds"])),
    ]
    if asked:
        stats.insert(1, Stat("OF", number(asked)))
    return stats


def line_stats(theme: Theme, counters: Any, lines_now: int) -> list[Stat]:
    """Lines of the watched game, of the last, and the best there were."""
    return [
        Stat("THIS GAME", number(lines_now), theme.accent),
        Stat("LAST GAME", number(counters["last_lines"])),
        Stat("MEAN OF 100", number(counters["mean_lines_100"], 1)),
        Stat("BEST GAME", number(counters["best_lines"])),
        Stat("BEST TESTED", number(counters["best_eval_lines"], 1), theme.success),
    ]


def learning_stats(theme: Theme, counters: Any) -> list[Stat]:
    """What goes on in the learner."""
    loss = float(counters["loss"])
    # Before the first step nothing has been explored, or not.
    epsilon = float(counters["epsilon"]) if counters["timesteps"] else math.nan
    return [
        Stat("EPSILON", number(epsilon, 3), theme.exploring),
        Stat("LOSS", number(loss, 4) if math.isnan(loss) or loss < 100 else short_number(loss)),
        Stat("MEAN VALUE", number(counters["mean_value"], 2)),
        Stat("UPDATES", short_number(int(counters["updates"]))),
    ]


def save_stat(theme: Theme, counters: Any, heard_at: float = 0.0) -> Stat:
    """When the run was saved last, by the counters or, at its end, by hearsay; loud where saving fails."""
    unsaved, saved = float(counters["unsaved_since"]), max(float(counters["saved_at"]), heard_at)
    if unsaved:
        return Stat("NOT SAVED", clock(unsaved), theme.error)
    return Stat("SAVED", clock(saved) if saved else "not yet", None if saved else theme.text_dim)


def clock(seconds: float) -> str:
    """A moment of `time.time()` as hh:mm."""
    return time.strftime("%H:%M", time.localtime(seconds))


def graph_page(series: Any, number: int) -> list[Graph]:
    """The four graphs of a page, 0 .. NUM_GRAPH_PAGES - 1, of a SERIES record."""
    return _GRAPH_PAGES[number](series)


def _learning_page(series: Any) -> list[Graph]:
    return [
        Graph(
            "LINES A GAME",
            (
                _curve(series, "lines", "game", 0, style="dots"),
                _curve(series, "smoothed_lines", "mean", 0),
                _curve(series, "evaluated_lines", "tested", 1, style="marks", has_best=True),
            ),
            weight=_FIRST_WEIGHT,
        ),
        Graph(
            "REWARD A GAME",
            (_curve(series, "reward", "game", 2, style="dots"), _mean(series, "reward", 2)),
        ),
        Graph("LOSS", (_curve(series, "loss", "", 3),), "WAITING FOR THE FIRST UPDATE"),
        Graph(
            "EXPLORATION",
            (
                _curve(series, "epsilon", "epsilon", 1, always=(0.0, 1.0)),
                _curve(series, "mean_value", "value", 0, axis="right"),
            ),
            "WAITING FOR THE FIRST STEPS",
        ),
    ]


def _board_page(series: Any) -> list[Graph]:
    return [
        Graph(title, (_curve(series, name, "", color),), "WAITING FOR THE FIRST STEPS")
        for title, name, color in (
            ("HOLES", "holes", 2),
            ("HIGHEST COLUMN", "max_height", 0),
            ("BUMPINESS", "bumpiness", 3),
            ("STEPS/S", "timesteps_per_second", 1),
        )
    ]


_GRAPH_PAGES = (_learning_page, _board_page)
NUM_GRAPH_PAGES = len(_GRAPH_PAGES)


def _mean(series: Any, name: str, color: int) -> Curve:
    """The running mean of a series, to lie over its dots."""
    timesteps, values = series_points(series, name)
    return Curve("mean", timesteps, running_mean(values, _MEAN_OF), color)


def _curve(series: Any, name: str, label: str, color: int, **look: Any) -> Curve:
    timesteps, values = series_points(series, name)
    return Curve(label, timesteps, values, color, **look)
