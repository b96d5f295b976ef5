"""A bar beside a board: the garbage that is on its way, row by row from the bottom."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.realtime.garbage import Attack
from tetris_arcade.ui.canvas import Canvas

METER_UNITS = 6
"""Its width."""


def draw_garbage_meter(
    canvas: Canvas, rect: Rect, attacks: tuple[Attack, ...], now_us: int, rows: int
) -> None:
    """Draw attacks, the oldest at the bottom. What can rise now is filled; what cannot yet is an outline.

    rows: of the board beside it, which is as high as `rect`.
    """
    theme, gap = canvas.theme, max(1, canvas.units(1))
    canvas.fill(rect, theme.well)
    bottom = rect.bottom
    for attack in attacks:
        height = rect.height * attack.rows // rows
        top = max(rect.y, bottom - height)
        block = Rect(rect.x, top + gap, rect.width, bottom - top - gap)
        if block.height <= 0:
            return
        if attack.ready_us <= now_us:
            canvas.fill(block, theme.error)
        else:
            canvas.draw_border(block, theme.warning)
        bottom = top
