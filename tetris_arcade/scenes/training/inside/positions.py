"""The same positions, then and now: what the network thinks of them, over the whole run."""

from __future__ import annotations

from typing import Any

import numpy as np
from pygame import Rect

from tetris_arcade.config.probes import PROBES, Probe
from tetris_arcade.languages import N_, _
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cols, cut_bottom, cut_top, is_portrait, rows
from tetris_arcade.ui.widgets.board import draw_board
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.graph import Curve, Graph, GraphPanel
from tetris_arcade.ui.widgets.stat_line import number, short_number
from tetris_arcade.worker.shared.telemetry import series_points

_NAMES = {
    "value_empty": N_("Empty board"),
    "value_tidy": N_("Four lines at once"),
    "value_holes": N_("Covered holes"),
    "value_tower": N_("A tower"),
}
_ROWS, _GARBAGE = 10, 8


def positions_graph(series: Any) -> Graph:
    """The values of all positions over the run, from a SERIES record."""
    curves = tuple(
        Curve(_(_NAMES[probe.series]), *series_points(series, probe.series), color)
        for color, probe in enumerate(PROBES)
    )
    return Graph(_("VALUE OF THE SAME POSITION"), curves, _("Waiting for the first moves"))


def value_then(series: Any, probe: Probe, share: float) -> tuple[float, float]:
    """(timesteps, the value of a position then), at a share of the run, 0..1; NaN if it is not known."""
    timesteps, values = series_points(series, probe.series)
    if not timesteps.size:
        return np.nan, np.nan
    at = timesteps[0] + share * (timesteps[-1] - timesteps[0])
    index = int(np.abs(timesteps - at).argmin())
    return float(timesteps[index]), float(values[index])


def draw_positions(
    canvas: Canvas, rect: Rect, series: Any, panel: GraphPanel, graph: Graph, share: float
) -> None:
    """Draw each position with its value at a share of the run and now, and their graph below."""
    gap = canvas.units(canvas.theme.gap)
    top, below = cut_top(rect, rect.height * (60 if is_portrait(rect) else 56) // 100, gap)
    lines = rows(top, [1.0, 1.0], gap) if is_portrait(rect) else [top]
    places = [place for line in lines for place in cols(line, [1.0] * (len(PROBES) // len(lines)), gap)]
    for probe, place in zip(PROBES, places, strict=True):
        _draw_position(canvas, place, probe, series, share)
    panel.draw(canvas, below, [graph])


def _draw_position(canvas: Canvas, rect: Rect, probe: Probe, series: Any, share: float) -> None:
    theme, line = canvas.theme, canvas.line_height()
    inside = canvas.panel(rect, _(_NAMES[probe.series]))
    at, then = value_then(series, probe, share)
    _now, now = value_then(series, probe, 1.0)
    text, board = cut_bottom(inside, 2 * line)
    draw_board(canvas, board, _probe_board(probe), 0.0)
    before = _("at move {n}").format(n=short_number(at))
    for row, (label, value, color) in enumerate(
        ((before, number(then, 2), theme.text), (_("now"), number(now, 2), theme.accent))
    ):
        place = Rect(text.x, text.y + row * line, text.width, line)
        width = canvas.text_width(value)
        canvas.text(canvas.fit(label, text.width - width - canvas.units(4)), place.topleft, theme.text_dim)
        canvas.text(value, place.topright, color, align="right")


def _probe_board(probe: Probe) -> BoardModel:
    """The lowest rows of the board, and the piece that comes."""
    cells = np.zeros((_ROWS, 10), np.uint8)
    if probe.rows:
        filled = [[_GARBAGE if letter == "#" else 0 for letter in row] for row in probe.rows]
        cells[_ROWS - len(filled) :] = filled
    return BoardModel(cells, probe.piece, action=16, rotation=0, row=-1, col=-1)
