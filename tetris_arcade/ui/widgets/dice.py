"""A dice: what exploring is, a throw instead of a thought."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered
from tetris_arcade.ui.theme import Color

_PIPS = {
    1: ((1, 1),),
    2: ((0, 0), (2, 2)),
    3: ((0, 0), (1, 1), (2, 2)),
    4: ((0, 0), (0, 2), (2, 0), (2, 2)),
    5: ((0, 0), (0, 2), (1, 1), (2, 0), (2, 2)),
    6: ((0, 0), (0, 2), (1, 0), (1, 2), (2, 0), (2, 2)),
}
"""(row, column) of the dots, by the number thrown."""


def draw_dice(canvas: Canvas, rect: Rect, number: int, color: Color) -> None:
    """Draw a dice that shows 1..6 in the middle of a rectangle, as large as whole pixels allow."""
    dot = min(rect.size) // 7
    if dot < 1:
        return
    place = centered(rect, 7 * dot, 7 * dot)
    canvas.fill(place, color)
    for row, col in _PIPS[number]:
        x, y = place.x + (1 + 2 * col) * dot, place.y + (1 + 2 * row) * dot
        canvas.fill(Rect(x, y, dot, dot), canvas.theme.well)
