"""Messages over a board: a box with a title, a strip at the top, and a progress bar."""

from __future__ import annotations

from collections.abc import Sequence

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered
from tetris_arcade.ui.text_fitting import break_long_words
from tetris_arcade.ui.theme import Color


def draw_strip(canvas: Canvas, well: Rect, text: str, color: Color, fraction: float | None = None) -> None:
    """Draw a short text over the top rows of a board; below it a bar if `fraction` is given."""
    strip = Rect(well.x, well.y, well.width, canvas.line_height() + canvas.units(2))
    canvas.dim(strip, canvas.theme.background, 200)
    canvas.text_in(text, strip, color)
    if fraction is not None:
        draw_bar(canvas, Rect(strip.x, strip.bottom, strip.width, canvas.units(4)), fraction, color)


def draw_notice(
    canvas: Canvas, well: Rect, title: str, lines: Sequence[str], color: Color, fraction: float | None = None
) -> None:
    """Draw a box over a board: a title, lines of text, and a bar filled to `fraction` (0..1) if given."""
    padding, step = canvas.units(6), canvas.line_height()
    width = well.width - canvas.units(4)
    text_width = width - 2 * padding
    text = "\n".join(break_long_words(canvas, line, text_width) for line in lines)
    colored_lines = [(line, color) for line in canvas.wrap(title, text_width)]
    if lines:
        colored_lines += [(line, canvas.theme.text) for line in canvas.wrap(text, text_width)]
    bar_height = canvas.units(6)
    extra = 0 if fraction is None else bar_height + padding
    box = centered(well, width, len(colored_lines) * step + 2 * padding + extra)
    canvas.dim(box, canvas.theme.background, 230)
    canvas.draw_border(box, color)
    y = box.y + padding
    for line, line_color in colored_lines:
        canvas.text(line, (box.centerx, y), line_color, align="center")
        y += step
    if fraction is not None:
        bar = Rect(box.x + padding, y + padding // 2, text_width, bar_height)
        draw_bar(canvas, bar, fraction, color)


def draw_bar(canvas: Canvas, rect: Rect, fraction: float, color: Color) -> None:
    """Draw a progress bar filled to `fraction`, clipped to 0..1."""
    canvas.fill(rect, canvas.theme.well)
    canvas.fill(Rect(rect.x, rect.y, round(rect.width * min(1.0, max(0.0, fraction))), rect.height), color)
    canvas.draw_border(rect, canvas.theme.panel_edge, 1)
