"""A panel whose title may be long: it is wrapped."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cut_top
from tetris_arcade.ui.text_fitting import break_long_words

_MARGIN_UNITS = 10
"""The left and right margin of `Canvas.panel` together."""


def title_height(canvas: Canvas, title: str, width: int) -> int:
    """The height in pixels of a title in a panel of the given width."""
    inside = width - canvas.units(_MARGIN_UNITS)
    return len(canvas.wrap(_wrapped_title(canvas, title, inside), inside)) * canvas.line_height()


def draw_wrapping_panel(canvas: Canvas, rect: Rect, title: str) -> Rect:
    """Draw a panel like `Canvas.panel`; return the rectangle inside, below the title."""
    inside = canvas.panel(rect)
    used = canvas.paragraph(_wrapped_title(canvas, title, inside.width), inside, canvas.theme.accent)
    y = inside.y + used - canvas.line_height() + canvas.text_height() + canvas.units(1)
    canvas.fill(Rect(inside.x, y, inside.width, canvas.hairline), canvas.theme.panel_edge)
    return cut_top(inside, used)[1]


def _wrapped_title(canvas: Canvas, title: str, width: int) -> str:
    return break_long_words(canvas, title.upper(), width)
