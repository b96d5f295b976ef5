"""Small plots of samples: a histogram, points against a diagonal, marks on a line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cut_bottom
from tetris_arcade.ui.theme import Color, blend
from tetris_arcade.ui.widgets.axis import labels, nice_step

_NUM_BINS = 41


def draw_histogram(canvas: Canvas, rect: Rect, values: NDArray[np.float32], color: Color) -> None:
    """Draw how often values occur, in bins around zero; nothing for no values."""
    plot = _draw_well(canvas, rect)
    if not values.size or plot.height < 4 or plot.width < _NUM_BINS:
        return
    reach = nice_step(float(np.quantile(np.abs(values), 0.98)) or 1.0, 1)
    counts, _ = np.histogram(np.clip(values, -reach, reach), _NUM_BINS, (-reach, reach))
    edges = np.linspace(plot.left, plot.right, _NUM_BINS + 1).round().astype(int)
    canvas.fill(Rect(plot.centerx, plot.y, 1, plot.height), canvas.theme.panel_edge)
    for count, left, right in zip(counts.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        height = round(count / counts.max() * plot.height)
        canvas.fill(Rect(left, plot.bottom - height, max(1, right - left - 1), height), color)
    _draw_ends(canvas, rect, (-reach, 0.0, reach))


def draw_scatter(
    canvas: Canvas, rect: Rect, x: NDArray[np.float32], y: NDArray[np.float32], color: Color
) -> None:
    """Draw points of equal scales on both axes, with the diagonal on which y equals x."""
    plot = _draw_well(canvas, rect)
    if not x.size or plot.height < 4 or plot.width < 4:
        return
    both = np.concatenate((x, y))
    low, high = min(0.0, float(both.min())), max(0.0, float(both.max()))
    span = (high - low) or 1.0
    for across in range(0, plot.width, max(1, canvas.units(2))):
        up = round(across / plot.width * (plot.height - 1))
        canvas.fill(Rect(plot.x + across, plot.bottom - 1 - up, 1, 1), canvas.theme.text_faint)
    size = max(2, canvas.units(1))
    for right, up in zip(((x - low) / span).tolist(), ((y - low) / span).tolist(), strict=True):
        at_x, at_y = plot.x + round(right * (plot.width - size)), plot.bottom - size
        canvas.fill(Rect(at_x, at_y - round(up * (plot.height - size)), size, size), color)
    _draw_ends(canvas, rect, (low, (low + high) / 2, high))


def draw_bar(canvas: Canvas, rect: Rect, share: float, color: Color) -> None:
    """Draw a bar of which a share, 0..1, is filled."""
    canvas.fill(rect, canvas.theme.well)
    filled = Rect(rect.x, rect.y, round(rect.width * min(max(share, 0.0), 1.0)), rect.height)
    canvas.fill(filled, color)
    canvas.draw_border(rect, canvas.theme.panel_edge, canvas.hairline)


def draw_marks(canvas: Canvas, rect: Rect, shares: NDArray[np.float32], color: Color) -> None:
    """Draw marks on a bar, each at a share, 0..1, of its width."""
    width = max(1, canvas.units(1) // 2)
    for share in np.clip(shares, 0.0, 1.0).tolist():
        canvas.fill(Rect(rect.x + round(share * (rect.width - width)), rect.y, width, rect.height), color)


def _draw_well(canvas: Canvas, rect: Rect) -> Rect:
    """Draw the background of a plot; returns the plot without the line of numbers below it."""
    _, plot = cut_bottom(rect, canvas.line_height())
    canvas.fill(plot, canvas.theme.well)
    canvas.draw_border(plot, blend(canvas.theme.panel_edge, canvas.theme.well, 0.4), canvas.hairline)
    return plot.inflate(-2 * canvas.hairline, -2 * canvas.hairline)


def _draw_ends(canvas: Canvas, rect: Rect, values: tuple[float, float, float]) -> None:
    """Draw the numbers at the ends and in the middle of the axis below a plot."""
    y = rect.bottom - canvas.text_height()
    places = ((rect.x, "left"), (rect.centerx, "center"), (rect.right, "right"))
    for text, (x, align) in zip(labels(values), places, strict=True):
        canvas.text(text, (x, y), canvas.theme.text_dim, align=align)  # type: ignore[arg-type]
