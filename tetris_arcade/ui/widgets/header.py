"""The lit sign over a screen: its name, and a strip in the seven pieces' colours."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.theme import blend


def header_height(canvas: Canvas) -> int:
    return canvas.text_height(2.0) + canvas.units(14)


def draw_header(canvas: Canvas, rect: Rect, text: str) -> None:
    """Draw the sign over the whole of a rectangle."""
    theme, units = canvas.theme, canvas.units
    canvas.avoid_toasts(rect)
    strip = units(3)
    lit = rect.height - strip
    for band in range(4):
        top, bottom = rect.y + lit * band // 4, rect.y + lit * (band + 1) // 4
        canvas.fill(
            Rect(rect.x, top, rect.width, bottom - top), blend(theme.background, theme.panel, band / 3)
        )
    sign = Rect(rect.x + units(12), rect.y, rect.width - units(24), lit)
    shadow = blend(theme.accent_dim, theme.background, 0.55)
    canvas.text_in(text.upper(), sign.move(units(1), units(1)), shadow, 2.0)
    canvas.text_in(text.upper(), sign, theme.accent, 2.0)
    for index in range(14):
        left, right = rect.width * index // 14, rect.width * (index + 1) // 14
        color = theme.pieces[index % len(theme.pieces)]
        canvas.fill(
            Rect(rect.x + left, rect.bottom - strip, right - left - units(1), strip - units(1)), color
        )
