"""Telemetry records as the plain data that browsers get: numbers are plain, what is not finite is None."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.displayed_board import DisplayedBoard
from tetris_arcade.worker.shared.board_record import read_board
from tetris_arcade.worker.shared.telemetry import SERIES_NAMES, series_points

_COUNTERS = {
    "timesteps": "timesteps",
    "timesteps_asked": "timesteps_asked",
    "episode_count": "episodes",
    "avg_reward": "reward_mean",
    "best_lines": "best_lines",
    "last_lines": "last_lines",
    "mean_lines_100": "mean_lines_100",
    "best_eval_lines": "best_eval_lines",
    "epsilon": "epsilon",
    "loss": "loss",
    "mean_value": "mean_value",
    "updates": "updates",
    "timesteps_per_second": "timesteps_per_second",
    "updates_per_second": "updates_per_second",
    "seconds": "seconds",
    "saved_at": "saved_at",
    "unsaved_since": "unsaved_since",
}
"""Field of `metrics`: field of COUNTERS."""
_DIGITS, _VALUE_DECIMALS = 6, 3


def plain_number(value: float) -> float | int | None:
    """A number with at most six digits, without needless decimals; None if it is not finite."""
    if not math.isfinite(value):
        return None
    if value == int(value):
        return int(value)
    return float(f"{value:.{_DIGITS}g}")


def board_data(record: Any, source: str, side: int) -> dict[str, Any]:
    """A BOARD record. The board is the one before the move; piece and next are 1..7, 0 if there is none."""
    view = read_board(record, DisplayedBoard)
    return {
        "board": view.cells.tolist(),
        "height": view.height,
        "piece": view.piece + 1,
        "action": view.action,
        "rotation": view.rotation,
        "row": view.row,
        "col": view.col,
        "cleared": list(view.cleared),
        "next": [piece + 1 for piece in view.next_pieces],
        "over": view.over,
        "greedy": view.greedy,
        "move_seconds": plain_number(view.move_seconds),
        "game": view.game,
        "move": view.move,
        "lines": view.lines,
        "pieces": view.pieces,
        "score": view.score,
        "values": _plain_values(view.values),
        "source": source,
        "side": side,
    }


def _plain_values(values: NDArray[np.float32]) -> list[float | None]:
    """Values with three decimals, None where they are not finite; sixty boards per second need it fast."""
    finite = np.where(np.isfinite(values), values.astype(np.float64), np.nan)
    return [None if value != value else value for value in np.round(finite, _VALUE_DECIMALS).tolist()]


def metrics_data(frame: Any) -> dict[str, Any]:
    """The counters of a FRAME record, with the running game of its first board."""
    counters, board = frame["counters"], frame["boards"][0]
    metrics = {name: plain_number(counters[field].item()) for name, field in _COUNTERS.items()}
    game = {"current_score": board["score"].item(), "lines_cleared": board["lines"].item()}
    return {**metrics, **game, "narration": None}


class Graphs:
    """The graphs of a run, and which of their points are new."""

    def __init__(self) -> None:
        self._points: dict[str, tuple[Any, Any]] = {name: (np.empty(0), np.empty(0)) for name in SERIES_NAMES}

    def update(self, series: Any) -> dict[str, int]:
        """Take a SERIES record; returns, for each graph that has changed, the first point that is new.

        0: the graph was cleared, or its points were thinned out.
        """
        changed = {}
        for name in SERIES_NAMES:
            old_timesteps = self._points[name][0]
            timesteps, values = series_points(series, name)
            count = len(old_timesteps)
            continues = len(timesteps) >= count and np.array_equal(timesteps[:count], old_timesteps)
            if not continues or len(timesteps) > count:
                changed[name] = count if continues else 0
                self._points[name] = timesteps, values
        return changed

    def clear(self) -> dict[str, int]:
        """Forget all points; returns the graphs that had any, as `update` does."""
        changed = {name: 0 for name, (timesteps, _) in self._points.items() if len(timesteps)}
        self._points.update({name: (np.empty(0), np.empty(0)) for name in changed})
        return changed

    def points(self, name: str, start: int = 0) -> dict[str, list[Any]]:
        """The points of a graph from an index on."""
        timesteps, values = self._points[name]
        return {
            "timesteps": [int(value) for value in timesteps[start:].tolist()],
            "values": [plain_number(value) for value in values[start:].tolist()],
        }

    def data(self) -> dict[str, Any]:
        """All points of all graphs."""
        return {name: self.points(name) for name in SERIES_NAMES}
