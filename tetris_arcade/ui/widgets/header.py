"""The header of a screen: its name, and a strip in the colours of the pieces."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.theme import blend


def header_height(canvas: Canvas) -> int:
    return canvas.text_height(2.0) + canvas.units(14)


def draw_header(canvas: Canvas, rect: Rect, text: str) -> None:
    """Draw the header over a rectangle."""
    theme, units = canvas.theme, canvas.units
    strip_height = units(3)
    text_height = rect.height - strip_height
    for band in range(4):
        top, bottom = rect.y + text_height * band // 4, rect.y + text_height * (band + 1) // 4
        canvas.fill(
            Rect(rect.x, top, rect.width, bottom - top), blend(theme.background, theme.panel, band / 3)
        )
    text_rect = Rect(rect.x + units(12), rect.y, rect.width - units(24), text_height)
    shadow = blend(theme.accent_dim, theme.background, 0.55)
    canvas.text_in(text.upper(), text_rect, theme.accent, 2.0, shadow=shadow)
    for index in range(14):
        left, right = rect.width * index // 14, rect.width * (index + 1) // 14
        color = theme.pieces[index % len(theme.pieces)]
        part = Rect(rect.x + left, rect.bottom - strip_height, right - left, strip_height)
        canvas.fill(Rect(part.x, part.y, part.width - units(1), part.height - units(1)), color)
