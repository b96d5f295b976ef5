"""A scale on which a guess, what came of it, and the correction can be seen."""

from __future__ import annotations

import pygame
from pygame import Rect

from tetris_arcade.engine.insight import Outcome
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.theme import Color, Theme

_MIN_REACH, _REACH = 1.0, 1.25
"""The points from the middle to an end: at least, and in corrections."""
_TICK_UNITS, _MARK_UNITS = 3, 4


def correction_color(theme: Theme, correction: float) -> Color:
    """Of a value that rises or falls."""
    return theme.success if correction >= 0.0 else theme.error


def draw_guess_scale(canvas: Canvas, rect: Rect, outcome: Outcome, step: int, share: float = 1.0) -> None:
    """Draw a guess in the middle, from step 1 on what came of it, from step 2 on the way to there.

    share: of that way, 0..1. The ticks are whole points.
    """
    theme, units = canvas.theme, canvas.units
    reach = max(_MIN_REACH, _REACH * abs(outcome.correction))
    half, middle = rect.width // 2 - units(_MARK_UNITS), rect.centery

    def place(difference: float) -> int:
        return rect.centerx + round(difference / reach * half)

    canvas.fill(Rect(rect.x, middle, rect.width, canvas.hairline), theme.panel_edge)
    for point in range(-int(reach), int(reach) + 1):
        tick = Rect(place(point), middle - units(_TICK_UNITS) // 2, canvas.hairline, units(_TICK_UNITS))
        canvas.fill(tick, theme.panel_edge)
    if step >= 2:
        ends = sorted((place(0.0), place(outcome.correction * share)))
        bar = Rect(ends[0], middle - units(1), ends[1] - ends[0] + canvas.hairline, units(2))
        canvas.fill(bar, correction_color(theme, outcome.correction))
    if step >= 1:
        _draw_mark(canvas, (place(outcome.correction), middle + units(2)), theme.accent, 1)
    _draw_mark(canvas, (place(0.0), middle - units(2)), theme.greedy, -1)


def _draw_mark(canvas: Canvas, tip: tuple[int, int], color: Color, down: int) -> None:
    """Draw a triangle that points at the scale, from below (1) or above (-1)."""
    (x, y), size = tip, canvas.units(_MARK_UNITS)
    corners = [(x, y), (x - size, y + 2 * down * size), (x + size, y + 2 * down * size)]
    pygame.draw.polygon(canvas.surface, color, corners)
