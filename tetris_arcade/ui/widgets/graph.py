"""Graphs over timesteps: dots, lines and best values; they are drawn again only when their data change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Rect, Surface

from tetris_arcade.languages import N_, _, format_number, get_language
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cols, rows
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.theme import Color, blend
from tetris_arcade.ui.widgets.axis import labels, padded_range, ticks

EMPTY_TEXT = N_("Waiting for the first game")
_LINES_FOR_LEGEND = 9
_SAMPLE_UNITS = 8
_MAX_STAMP_ROWS = 4
_X_CAPTION = N_("timesteps")
_X_MARGIN, _MIN_X_OFFSET = 1.02, 0.3
"""The x axis is a little longer than the data, so that a mark on the last point is not cut off. It starts at
0 unless the first point is beyond this share of the last one."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One series. `color` is an index into the theme's graph colours; the right axis has its own scale."""

    label: str
    timesteps: NDArray[np.float64]
    values: NDArray[np.float32]
    color: int = 0
    style: Literal["line", "dots", "marks"] = "line"
    axis: Literal["left", "right"] = "left"
    has_best: bool = False
    min_range: tuple[float, float] | None = None  # always shown, whatever the values are
    band: tuple[NDArray[np.float32], NDArray[np.float32]] | None = (
        None  # lowest and highest around each value
    )
    series: str = ""  # the name of its graph in saved runs
    is_other: bool = False  # of another run: drawn fainter, behind the others

    def within(self, span: tuple[float, float]) -> Curve:
        """The points in a span of timesteps, and one on each side of it."""
        first = max(0, int(np.searchsorted(self.timesteps, span[0])) - 1)
        part = slice(first, int(np.searchsorted(self.timesteps, span[1], "right")) + 1)
        band = None if self.band is None else (self.band[0][part], self.band[1][part])
        return replace(self, timesteps=self.timesteps[part], values=self.values[part], band=band)


@dataclass(frozen=True)
class Stamp:
    """A moment on the x axis, and what happened then in a word or two."""

    timesteps: float
    text: str


@dataclass(frozen=True, eq=False)
class Graph:
    """A title and curves. A new object means new data: graphs are compared by identity."""

    title: str
    curves: tuple[Curve, ...]
    empty_text: str = EMPTY_TEXT
    weight: float = 1.0  # share of the height among the graphs of a page
    stamps: tuple[Stamp, ...] = ()
    span: tuple[float, float] | None = None  # of timesteps that are shown; None: all
    cursor: float | None = None  # the timestep at which a line is drawn

    @property
    def is_empty(self) -> bool:
        return not any(curve.values.size for curve in self.curves)


def running_mean(values: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """The mean of each value and those before it, `count` values at most."""
    sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    ends = np.arange(1, values.size + 1)
    starts = np.maximum(ends - count, 0)
    return ((sums[ends] - sums[starts]) / (ends - starts)).astype(np.float32)


class GraphPanel:
    """Several graphs in a rectangle. If many have changed, only one per frame is drawn again."""

    def __init__(self) -> None:
        self._drawn: list[tuple[Graph, tuple[object, ...], Surface]] = []
        self._next = 0

    def draw(self, canvas: Canvas, rect: Rect, graphs: Sequence[Graph]) -> None:
        """Draw graphs below each other, or in two columns if the rectangle is wide."""
        del self._drawn[len(graphs) :]
        rects = arrange(rect, [graph.weight for graph in graphs], canvas.units(canvas.theme.gap))
        for number, (graph, graph_rect) in enumerate(zip(graphs, rects, strict=True)):
            style_key = (
                graph.title,
                graph_rect.size,
                canvas.theme.name,
                canvas.unit_px,
                canvas.text_scale,
                get_language(),
            )
            if number == len(self._drawn):
                self._drawn.append((graph, style_key, render_graph(canvas, graph_rect.size, graph)))
            elif self._drawn[number][1] != style_key:
                self._drawn[number] = (graph, style_key, render_graph(canvas, graph_rect.size, graph))
        self._redraw_one(canvas, graphs)
        for (*_unused, surface), graph_rect in zip(self._drawn, rects, strict=True):
            canvas.surface.blit(surface, graph_rect)

    def _redraw_one(self, canvas: Canvas, graphs: Sequence[Graph]) -> None:
        for ahead in range(len(graphs)):
            number = (self._next + ahead) % len(graphs)
            graph, style_key, surface = self._drawn[number]
            if graph is not graphs[number]:
                paint_graph(canvas, surface, graphs[number])
                self._drawn[number] = (graphs[number], style_key, surface)
                self._next = number + 1
                return


def arrange(rect: Rect, weights: Sequence[float], gap: int) -> list[Rect]:
    """Rectangles for graphs: below each other, with these weights, or in two columns of equal size."""
    count = len(weights)
    if count == 0:
        return []
    if count == 1 or rect.height * 1.1 >= rect.width:
        return rows(rect, weights, gap)
    lines = rows(rect, [1.0] * -(-count // 2), gap)
    return [place for line in lines for place in cols(line, [1.0, 1.0], gap)][:count]


def render_graph(canvas: Canvas, size: tuple[int, int], graph: Graph) -> Surface:
    """Draw a graph on a new surface."""
    surface = Surface((max(1, size[0]), max(1, size[1])))
    paint_graph(canvas, surface, graph)
    return surface


def paint_graph(canvas: Canvas, surface: Surface, graph: Graph) -> Rect:
    """Draw a graph over a surface, except for its corners; `canvas` is that of the screen. Returns where its
    plot is; an empty rectangle if it has none.
    """
    own = Canvas(surface, canvas.theme, canvas.cache, canvas.text_scale, unit_px=canvas.unit_px)
    return _draw_graph(own, graph)


def _draw_graph(canvas: Canvas, graph: Graph) -> Rect:
    """Draw a graph over a whole canvas."""
    inside = canvas.panel(canvas.rect)
    size = fit_size(canvas, graph.title, inside.width, 1.0, 1.0 / canvas.text_scale)
    title = canvas.text(graph.title, inside.topleft, canvas.theme.accent, size, max_width=inside.width)
    line = used = canvas.line_height()
    beside = Rect(title.right, inside.y, inside.right - title.right, line)
    below = Rect(inside.x, inside.y + line, inside.width, line)
    if not _draw_legend(canvas, beside, graph):
        small = 1.0 / canvas.text_scale
        has_line = inside.height >= _LINES_FOR_LEGEND * line
        # On a low graph a smaller legend beside the title takes nothing from the plot.
        if (has_line or not _draw_legend(canvas, beside, graph, small)) and (
            _draw_legend(canvas, below, graph) or _draw_legend(canvas, below, graph, small)
        ):
            used += line
    area = Rect(inside.x, inside.y + used, inside.width, max(0, inside.height - used))
    if graph.is_empty:
        height = len(canvas.wrap(_(graph.empty_text), area.width)) * canvas.line_height()
        middle = Rect(area.x, area.centery - height // 2, area.width, height)
        canvas.paragraph(_(graph.empty_text), middle, canvas.theme.text_faint, align="center")
    elif area.width > canvas.text_width("0000000") and area.height > canvas.text_height() * 5 // 2:
        return _draw_plot(canvas, area, graph)
    return Rect(0, 0, 0, 0)


def _draw_legend(canvas: Canvas, line: Rect, graph: Graph, size: float = 1.0) -> bool:
    """Draw the names of the curves at the right end of a line; return False if they do not all fit."""
    curves = [curve for curve in graph.curves if curve.label]
    gap = canvas.text_width(" ", size)
    sample = canvas.units(_SAMPLE_UNITS + 2)
    if sum(canvas.text_width(curve.label, size) + sample + gap for curve in curves) > line.width:
        return False
    x = line.right
    for curve in reversed(curves):
        color = _dot_color(canvas, curve) if curve.style == "dots" else _color(canvas, curve)
        canvas.text(curve.label, (x, line.y), canvas.theme.text_dim, size, "right")
        x -= canvas.text_width(curve.label, size) + sample
        place = Rect(x, line.y, canvas.units(_SAMPLE_UNITS), canvas.text_height(size))
        _draw_sample(canvas, place, curve, color)
        x -= gap
    return True


def _draw_sample(canvas: Canvas, rect: Rect, curve: Curve, color: Color) -> None:
    """Draw a sample of a curve's style, so that it can be recognised without its colour."""
    units = canvas.units
    if curve.style == "line":
        canvas.fill(Rect(rect.x, rect.centery - units(1) // 2, rect.width, units(1)), color)
        return
    size = units(3) if curve.style == "marks" else units(2)
    shares = (0.5,) if curve.style == "marks" else (0.15, 0.85)
    for number, share in enumerate(shares):
        x = rect.x + round(rect.width * share) - size // 2
        canvas.fill(
            Rect(x, rect.centery - size // 2 + units((2 * number - 1) * (len(shares) - 1)), size, size), color
        )


def _color(canvas: Canvas, curve: Curve) -> Color:
    color = canvas.theme.graph[curve.color % len(canvas.theme.graph)]
    return blend(color, canvas.theme.text_faint, 0.6) if curve.is_other else color


def _dot_color(canvas: Canvas, curve: Curve) -> Color:
    """Dots are darker than the line through them."""
    return blend(_color(canvas, curve), canvas.theme.well, 0.42)


def _draw_plot(canvas: Canvas, area: Rect, graph: Graph) -> Rect:
    if graph.span is not None:
        graph = replace(graph, curves=tuple(curve.within(graph.span) for curve in graph.curves))
    sides = [[c for c in graph.curves if c.axis == side and c.values.size] for side in ("left", "right")]
    scales = [_y_scale(curves) if curves else None for curves in sides]
    height = area.height - canvas.line_height()
    marks = [
        ticks(*scale, max(2, round(height / (canvas.text_height() * 1.7)))) if scale is not None else []
        for scale in scales
    ]
    if height < 2 * canvas.text_height():  # There is room for one number only.
        marks = [side[-1:] for side in marks]
    texts = [labels(values) for values in marks]
    gap = canvas.units(3)
    widths = [max((canvas.text_width(text) for text in side), default=-gap) + gap for side in texts]
    plot = Rect(area.x + widths[0], area.y, area.width - sum(widths), height)
    span = _x_span(graph)
    canvas.fill(plot, canvas.theme.well)
    _draw_x_axis(canvas, plot, span)
    _draw_area(canvas, plot, graph, span, scales[0])
    for curve in graph.curves:
        if curve.band is not None and curve.axis == "left" and scales[0] is not None:
            _draw_band(canvas, plot, curve, span, scales[0])
    _draw_stamps(canvas, plot, graph.stamps, span)
    for side, scale in enumerate(scales):
        if scale is None:
            continue
        _draw_y_axis(canvas, plot, scale, marks[side], texts[side], is_right=side == 1, curve=sides[side][0])
        canvas.surface.set_clip(plot)
        for curve in sorted(sides[side], key=lambda curve: not curve.is_other):
            _draw_curve(canvas, plot, curve, span, scale)
        canvas.surface.set_clip(None)
    if graph.cursor is not None:
        x = plot.x + round((graph.cursor - span[0]) / (span[1] - span[0]) * (plot.width - 1))
        canvas.fill(Rect(x, plot.y, canvas.units(1) // 2 or 1, plot.height).clip(plot), canvas.theme.text)
    return plot


def _draw_stamps(canvas: Canvas, plot: Rect, stamps: Sequence[Stamp], span: tuple[float, float]) -> None:
    """Draw a thin line at each moment, with its text beside it where that covers no other text.

    The curves are drawn over them.
    """
    theme, size, height = canvas.theme, 1.0 / canvas.text_scale, canvas.text_height(1.0 / canvas.text_scale)
    step = height + canvas.units(1)
    num_rows = min(_MAX_STAMP_ROWS, plot.height // (2 * step))
    taken: list[Rect] = []
    for stamp in stamps:
        share = (stamp.timesteps - span[0]) / (span[1] - span[0])
        if not 0.0 <= share <= 1.0:
            continue
        x = plot.x + round(share * (plot.width - 1))
        canvas.fill(Rect(x, plot.y, canvas.hairline, plot.height), blend(theme.accent, theme.well, 0.65))
        text = Rect(x + canvas.units(2), plot.y, canvas.text_width(stamp.text, size), height)
        rows = (text.move(0, row * step) for row in range(num_rows))
        free = next((place for place in rows if place.collidelist(taken) < 0 and plot.contains(place)), None)
        if free is not None:
            canvas.fill(free.inflate(canvas.units(2), 0), theme.well)
            canvas.text(stamp.text, free.topleft, blend(theme.accent, theme.well, 0.2), size)
            taken.append(free.inflate(canvas.units(4), 0))


def _x_span(graph: Graph) -> tuple[float, float]:
    if graph.span is not None:
        return graph.span
    return full_span(graph)


def full_span(graph: Graph) -> tuple[float, float]:
    """The timesteps that a graph shows if it is not zoomed; it must not be empty."""
    curves = [curve for curve in graph.curves if curve.values.size]
    # Another run may be far longer: it is cut where this one ends.
    curves = [curve for curve in curves if not curve.is_other] or curves
    ends = [(float(curve.timesteps[0]), float(curve.timesteps[-1])) for curve in curves]
    first, last = min(first for first, _ in ends), max(last for _, last in ends)
    # A resumed run has no data of its first part.
    first = first if first > _MIN_X_OFFSET * last else 0.0
    return first, first + max(1.0, (last - first) * _X_MARGIN)


def _y_scale(curves: Sequence[Curve]) -> tuple[float, float]:
    ranges = [curve.min_range for curve in curves if curve.min_range is not None]
    ranges += [(float(curve.values.min()), float(curve.values.max())) for curve in curves]
    ranges += [
        (float(curve.band[0].min()), float(curve.band[1].max()))
        for curve in curves
        if curve.band is not None and curve.axis == "left"
    ]
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    return padded_range(low, high)


def _draw_area(
    canvas: Canvas, plot: Rect, graph: Graph, span: tuple[float, float], scale: tuple[float, float] | None
) -> None:
    """Fill the area below the first line of the left axis in a dark shade of its colour."""
    line = next(
        (c for c in graph.curves if c.style == "line" and c.axis == "left" and c.values.size > 1), None
    )
    if line is None or scale is None:
        return
    x, y = _pixels(plot, line, span, scale)
    columns = np.arange(max(int(x[0]), plot.left), min(int(x[-1]) + 1, plot.right))
    starts = _column_starts(x)
    tops = np.interp(columns, x[starts], np.minimum.reduceat(y, starts))
    color = canvas.surface.map_rgb(blend(canvas.theme.well, _color(canvas, line), 0.14))
    # With a mask, because the cost of a polygon is its number of corners times its height.
    pixels = pygame.surfarray.pixels2d(canvas.surface).T[plot.top : plot.bottom, columns[0] : columns[-1] + 1]
    np.copyto(pixels, color, where=np.arange(plot.top, plot.bottom)[:, None] >= tops)


def _draw_band(
    canvas: Canvas, plot: Rect, curve: Curve, span: tuple[float, float], scale: tuple[float, float]
) -> None:
    """Fill what lies between the lowest and the highest values."""
    assert curve.band is not None
    x, bottom = _pixels(plot, replace(curve, values=curve.band[0]), span, scale)
    _x, top = _pixels(plot, replace(curve, values=curve.band[1]), span, scale)
    columns = np.arange(max(int(x[0]), plot.left), min(int(x[-1]) + 1, plot.right))
    if not columns.size:
        return
    starts = _column_starts(x)
    tops = np.interp(columns, x[starts], np.minimum.reduceat(top, starts))
    bottoms = np.interp(columns, x[starts], np.maximum.reduceat(bottom, starts))
    color = canvas.surface.map_rgb(blend(canvas.theme.well, _color(canvas, curve), 0.3))
    pixels = pygame.surfarray.pixels2d(canvas.surface).T[plot.top : plot.bottom, columns[0] : columns[-1] + 1]
    rows_ = np.arange(plot.top, plot.bottom)[:, None]
    np.copyto(pixels, color, where=(rows_ >= tops) & (rows_ <= bottoms))


def _draw_x_axis(canvas: Canvas, plot: Rect, span: tuple[float, float]) -> None:
    """Draw numbers below the plot and a caption at its right end, if that leaves space for two numbers."""
    y, width = plot.bottom + canvas.units(2), plot.width
    caption = canvas.text_width(_(_X_CAPTION)) + canvas.units(4)
    if width - caption > 12 * canvas.text_width("0"):
        canvas.text(_(_X_CAPTION), (plot.right, y), canvas.theme.text_faint, align="right")
        width -= caption
    values = ticks(*span, max(2, plot.width // (canvas.text_width("0") * 7)))
    for value, text in zip(values, labels(values), strict=True):
        x = plot.x + round((value - span[0]) / (span[1] - span[0]) * (plot.width - 1))
        canvas.fill(Rect(x, plot.y, 1, plot.height), canvas.theme.well_grid)
        half = canvas.text_width(text) // 2
        if x + half > plot.x + width and width < plot.width:
            continue
        canvas.text(
            text, (min(max(x, plot.x + half), plot.right - half), y), canvas.theme.text_dim, align="center"
        )


def _draw_y_axis(
    canvas: Canvas,
    plot: Rect,
    scale: tuple[float, float],
    marks: Sequence[float],
    texts: Sequence[str],
    *,
    is_right: bool,
    curve: Curve,
) -> None:
    half = canvas.text_height() // 2
    color = blend(_color(canvas, curve), canvas.theme.text_faint, 0.4) if is_right else canvas.theme.text_dim
    for value, text in zip(marks, texts, strict=True):
        y = _y_pixel(plot, scale, value)
        if not is_right:
            canvas.fill(Rect(plot.x, y, plot.width, 1), canvas.theme.well_grid)
        top = min(max(y - half, plot.y), plot.bottom - 2 * half)
        if is_right:
            canvas.text(text, (plot.right + canvas.units(3), top), color)
        else:
            canvas.text(text, (plot.x - canvas.units(3), top), color, align="right")


def _y_pixel(plot: Rect, scale: tuple[float, float], value: float) -> int:
    share = (value - scale[0]) / (scale[1] - scale[0])
    return round(plot.bottom - 1 - share * (plot.height - 1))


def _draw_curve(
    canvas: Canvas, plot: Rect, curve: Curve, span: tuple[float, float], scale: tuple[float, float]
) -> None:
    x, y = _pixels(plot, curve, span, scale)
    color = _color(canvas, curve)
    if curve.style == "line":
        _draw_line(canvas, x, y, color)
    else:
        is_mark = curve.style == "marks"
        _draw_dots(
            canvas, x, y, color if is_mark else _dot_color(canvas, curve), canvas.units(3 if is_mark else 1)
        )
    if curve.has_best:
        best = int(curve.values.argmax())
        _draw_best(canvas, plot, (int(x[best]), int(y[best])), float(curve.values[best]))


def _pixels(
    plot: Rect, curve: Curve, span: tuple[float, float], scale: tuple[float, float]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(x, y) of all points in pixels."""
    along = (curve.timesteps - span[0]) / (span[1] - span[0])
    share = (curve.values - scale[0]) / (scale[1] - scale[0])
    x = plot.x + np.rint(along * (plot.width - 1)).astype(np.int64)
    return x, np.rint(plot.bottom - 1 - share * (plot.height - 1)).astype(np.int64)


def _draw_line(canvas: Canvas, x: NDArray[np.int64], y: NDArray[np.int64], color: Color) -> None:
    points = reduce_to_columns(x, y)
    if len(points) == 1:
        canvas.fill(Rect(points[0][0] - 1, points[0][1] - 1, canvas.units(2), canvas.units(2)), color)
        return
    pygame.draw.lines(canvas.surface, color, False, points, canvas.units(1))


def reduce_to_columns(x: NDArray[np.int64], y: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Reduce points with rising x to the lowest and the highest one per pixel column."""
    starts = _column_starts(x)
    if x.size <= 2 * starts.size:
        return list(zip(x.tolist(), y.tolist(), strict=True))
    low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    return [
        (column, end)
        for column, first, last in zip(x[starts].tolist(), low.tolist(), high.tolist(), strict=True)
        for end in ((first, last) if first != last else (first,))
    ]


def _column_starts(x: NDArray[np.int64]) -> NDArray[np.intp]:
    """The index of the first point of each pixel column; x rises."""
    return np.flatnonzero(np.diff(x, prepend=x[0] - 1))


def _draw_dots(canvas: Canvas, x: NDArray[np.int64], y: NDArray[np.int64], color: Color, size: int) -> None:
    dot = Surface((size, size))
    dot.fill(color)
    positions = zip((x - size // 2).tolist(), (y - size // 2).tolist(), strict=True)
    canvas.draw_images([(dot, position) for position in positions])


def _draw_best(canvas: Canvas, plot: Rect, at: tuple[int, int], value: float) -> None:
    """Draw a diamond on the best point, with its value beside it."""
    x, y = at
    reach, theme = canvas.units(3), canvas.theme
    pygame.draw.polygon(
        canvas.surface, theme.accent, [(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)]
    )
    text = format_number(value, ",.0f" if value >= 10 or value == int(value) else ".1f")
    width, height = canvas.text_width(text), canvas.text_height()
    left = x - reach * 2 - width if x + reach * 2 + width > plot.right else x + reach * 2
    top = min(max(y - height // 2, plot.y), plot.bottom - height)
    margin = canvas.units(1)
    canvas.fill(Rect(left - margin, top - margin, width + margin, height + 2 * margin), theme.well)
    canvas.text(text, (left, top), theme.accent)
