"""One graph at a time, with a cursor, zoom, and another run laid over it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from pygame import Rect, Surface

from tetris_arcade.languages import _, format_number
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.training.stats import all_graphs
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.run_graphs import Points, load_run_graphs
from tetris_arcade.storage.slots import ModelEntry, list_models
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cut_bottom
from tetris_arcade.ui.widgets.graph import Curve, Graph, full_span, paint_graph

_CURSOR_STEPS, _ZOOM = 50, 1.6
_MIN_SPAN_SHARE = 0.01
_END_MARGIN = 1.05
"""A curve has a value up to a little after its last point."""


class GraphsPage:
    """The page's graph, the part of it that is shown, its cursor, and the run that is laid over."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._picture: tuple[tuple[object, ...], Surface] | None = None
        self._graphs: list[Graph] = []
        self._index = 0
        self._shown: Graph | None = None
        self._span: tuple[float, float] | None = None
        self._cursor: float | None = None
        self._plot = Rect(0, 0, 0, 0)
        self._runs: list[ModelEntry] | None = None
        self._run = -1
        self._other: dict[str, Points] = {}

    def read(self, series: Any, learner: Any) -> None:
        """Take newer records."""
        self._graphs = all_graphs(series, learner)
        self._shown = None

    @property
    def _graph(self) -> Graph:
        graph = self._graphs[self._index]
        others = tuple(
            Curve(self._run_name, *self._other[curve.series], curve.color, axis=curve.axis, is_other=True)
            for curve in graph.curves
            if curve.series in self._other and curve.style != "dots"
        )
        return replace(graph, curves=(*graph.curves, *others))

    @property
    def _run_name(self) -> str:
        return self._runs[self._run].display_name if self._runs and self._run >= 0 else ""

    # --- Input ---

    def choose_graph(self, by: int) -> None:
        """Show another graph: the next, or the one before."""
        self._index = (self._index + by) % len(self._graphs)
        self._shown = None

    def move_cursor(self, by: int) -> None:
        """Move the cursor by a fiftieth of what is shown; the part that is shown follows it."""
        if self._graph.is_empty:
            return
        first, last = self._view()
        at = last if self._cursor is None else self._cursor + by * (last - first) / _CURSOR_STEPS
        low, high = full_span(self._graph)
        self._cursor = min(max(at, low), high)
        if self._span is not None:
            shift = min(self._cursor - first, 0.0) + max(self._cursor - last, 0.0)
            self._span = (first + shift, last + shift)
        self._shown = None

    def zoom(self, by: int) -> None:
        """Show a smaller or a larger part around the cursor, or around its middle."""
        if self._graph.is_empty:
            return
        low, high = full_span(self._graph)
        first, last = self._view()
        width = min((last - first) / _ZOOM**by, high - low)
        if width >= high - low:
            self._span, self._shown = None, None
            return
        width = max(width, (high - low) * _MIN_SPAN_SHARE)
        middle = (first + last) / 2 if self._cursor is None else self._cursor
        share = (middle - first) / (last - first)
        start = min(max(middle - share * width, low), high - width)
        self._span, self._shown = (start, start + width), None

    def point(self, position: tuple[int, int]) -> None:
        """Put the cursor where the pointer is."""
        if self._plot.collidepoint(position) and not self._graph.is_empty:
            first, last = self._view()
            share = (position[0] - self._plot.x) / max(self._plot.width - 1, 1)
            self._cursor, self._shown = first + share * (last - first), None

    def choose_run(self) -> None:
        """Lay the next of the saved runs over this one; after the last, none."""
        if self._runs is None:
            self._runs = [entry for entry in list_models(self._context.paths) if _has_curve(entry)]
        self._shown, self._other = None, {}
        while self._run + 1 < len(self._runs):
            self._run += 1
            folder = self._runs[self._run].folder
            assert folder is not None
            try:
                self._other = load_run_graphs(folder)
            except StorageError:
                continue
            return
        self._run = -1

    def _view(self) -> tuple[float, float]:
        return self._span or full_span(self._graph)

    # --- Drawing ---

    def draw(self, canvas: Canvas, rect: Rect) -> None:
        """Draw the graph, and below it what the curves are at the cursor."""
        if self._shown is None:
            self._shown = replace(self._graph, span=self._span, cursor=self._cursor)
        lines = self.texts()
        below, graph = cut_bottom(rect, len(canvas.wrap("\n".join(lines), rect.width)) * canvas.line_height())
        style_key = (self._shown, graph.size, canvas.theme.name, canvas.unit_px, canvas.text_scale)
        if self._picture is None or self._picture[0] != style_key:
            surface = Surface(graph.size)
            self._plot = paint_graph(canvas, surface, self._shown).move(graph.topleft)
            self._picture = (style_key, surface)
        canvas.surface.blit(self._picture[1], graph)
        canvas.paragraph("\n".join(lines), below, canvas.theme.text_dim)

    def texts(self) -> list[str]:
        """What is shown, and the values at the cursor."""
        place = _("Graph {number} of {count}").format(number=self._index + 1, count=len(self._graphs))
        if self._run >= 0:
            place += "   " + _("laid over: {run}, from its own start").format(run=self._run_name)
        graph = self._graph
        if self._cursor is None or graph.is_empty:
            return [place, _("Move the cursor to read the values")]
        values = (text for curve in graph.curves if (text := _value_text(curve, self._cursor)))
        moment = _("At move {n}:").format(n=format_number(round(self._cursor)))
        return [place, f"{moment} {'   '.join(values)}"]


def _has_curve(entry: ModelEntry) -> bool:
    return entry.folder is not None and entry.metadata is not None and bool(entry.metadata.learning_curve)


def _value_text(curve: Curve, at: float) -> str:
    """A curve's value at the point that is nearest to the cursor, and the range that it stands for."""
    if not curve.values.size or not curve.timesteps[0] <= at <= curve.timesteps[-1] * _END_MARGIN:
        return ""
    index = int(np.abs(curve.timesteps - at).argmin())
    text = f"{curve.label} {_number(curve.values[index])}".strip()
    if curve.band is not None:
        low, high = _number(curve.band[0][index]), _number(curve.band[1][index])
        text += f" ({low}..{high})"
    return text


def _number(value: Any) -> str:
    value = float(value)
    return format_number(value, ",.0f" if abs(value) >= 100 or value == int(value) else ".3g")
