"""A panel whose title is somebody's own words: it takes as many lines as it needs."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cut_top
from tetris_arcade.ui.text_fitting import break_long_words

_AROUND_UNITS = 10
"""The panel's edges, as `Canvas.panel` has them."""


def name_height(canvas: Canvas, name: str, width: int) -> int:
    """Pixels that the title takes in a panel of that width."""
    inside = width - canvas.units(_AROUND_UNITS)
    return len(canvas.wrap(_title(canvas, name, inside), inside)) * canvas.line_height()


def draw_wrapping_panel(canvas: Canvas, rect: Rect, name: str) -> Rect:
    """Draw as `Canvas.panel` does with a title; returns the room inside."""
    inside = canvas.panel(rect)
    used = canvas.paragraph(_title(canvas, name, inside.width), inside, canvas.theme.accent)
    canvas.avoid_toasts(cut_top(inside, used)[0])
    y = inside.y + used - canvas.line_height() + canvas.text_height() + canvas.units(1)
    canvas.fill(Rect(inside.x, y, inside.width, canvas.hairline), canvas.theme.panel_edge)
    return cut_top(inside, used)[1]


def _title(canvas: Canvas, name: str, width: int) -> str:
    return break_long_words(canvas, name.upper(), width)
