"""A lamp with its word: lit or not, like one behind a cabinet's glass."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.theme import Color, blend

BEST_MOVE, TRYING = "BEST MOVE", "TRYING SOMETHING"
_WHITE = (255, 255, 255)


def draw_indicator(canvas: Canvas, rect: Rect, text: str, color: Color, *, is_lit: bool = True) -> None:
    """Draw a lamp and what it says, in the middle of a rectangle's height; nothing where it has no room."""
    theme, size = canvas.theme, canvas.text_height()
    if size > min(rect.size):
        return
    bulb = Rect(rect.x, rect.y + (rect.height - size) // 2, size, size)
    glass = color if is_lit else blend(color, theme.panel, 0.8)
    canvas.fill(bulb, blend(glass, theme.well, 0.5))
    canvas.fill(bulb.inflate(canvas.units(-2), canvas.units(-2)), glass)
    if is_lit:
        canvas.fill(
            Rect(bulb.x + canvas.units(2), bulb.y + canvas.units(2), canvas.units(1), canvas.units(1)), _WHITE
        )
    left = bulb.right + canvas.units(4)
    words = Rect(left, rect.y, max(0, rect.right - left), rect.height)
    canvas.text_in(text, words, color if is_lit else theme.text_faint, align="left")


def draw_play_indicator(canvas: Canvas, rect: Rect, *, greedy: bool) -> None:
    """Whether the move was chosen by value or to explore."""
    if greedy:
        draw_indicator(canvas, rect, BEST_MOVE, canvas.theme.greedy)
    else:
        draw_indicator(canvas, rect, TRYING, canvas.theme.exploring)
