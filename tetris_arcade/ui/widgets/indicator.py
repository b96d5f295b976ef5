"""An indicator: a lamp, lit or not, with a text."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.languages import N_, _
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.theme import Color, blend
from tetris_arcade.ui.widgets.dice import draw_dice

BEST_MOVE, TRYING = N_("BEST MOVE"), N_("TRYING SOMETHING")
_WHITE = (255, 255, 255)


def draw_indicator(canvas: Canvas, rect: Rect, text: str, color: Color, *, is_lit: bool = True) -> None:
    """Draw a lamp and its text at half the height of a rectangle; nothing if the rectangle is too small."""
    theme, size = canvas.theme, canvas.text_height()
    if size > min(rect.size):
        return
    lamp = Rect(rect.x, rect.y + (rect.height - size) // 2, size, size)
    fill_color = color if is_lit else blend(color, theme.panel, 0.8)
    canvas.fill(lamp, blend(fill_color, theme.well, 0.5))
    canvas.fill(lamp.inflate(canvas.units(-2), canvas.units(-2)), fill_color)
    if is_lit:
        reflection = Rect(0, 0, canvas.units(1), canvas.units(1))
        canvas.fill(reflection.move(lamp.x + canvas.units(2), lamp.y + canvas.units(2)), _WHITE)
    left = lamp.right + canvas.units(4)
    text_rect = Rect(left, rect.y, max(0, rect.right - left), rect.height)
    canvas.text_in(text, text_rect, color if is_lit else theme.text_faint, align="left")


def draw_play_indicator(canvas: Canvas, rect: Rect, *, greedy: bool, throw: int = 5) -> None:
    """Draw whether the move was chosen by its value or by a dice that shows `throw`, 1..6, to explore."""
    theme, size = canvas.theme, canvas.text_height()
    if greedy:
        draw_indicator(canvas, rect, _(BEST_MOVE), theme.greedy)
    elif size <= min(rect.size):
        dice = Rect(rect.x, rect.y + (rect.height - size) // 2, size, size)
        draw_dice(canvas, dice, throw, theme.exploring)
        left = dice.right + canvas.units(4)
        text = Rect(left, rect.y, max(0, rect.right - left), rect.height)
        canvas.text_in(_(TRYING), text, theme.exploring, align="left")
