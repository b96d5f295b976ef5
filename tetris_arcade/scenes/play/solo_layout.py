"""The layout of a game for one person."""

from __future__ import annotations

from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.realtime.board import VISIBLE_ROWS
from tetris_arcade.scenes.play.person_panels import CONTROL_HINTS, controls_height
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cols, cut_bottom, cut_left, cut_right, cut_top, inset, is_portrait
from tetris_arcade.ui.widgets.board import board_size

_SIDE_UNITS, _SIDE_LETTERS = 150, 15
"""The preferred width of the side panels, in units and in letters; the larger one counts."""
_PORTRAIT_SIDE_UNITS = 92
_HOLD_UNITS, _NEXT_UNITS = 46, 150
"""Heights of the panels without their titles."""
_STATS_LINES = 8


@dataclass(frozen=True)
class SoloLayout:
    """The rectangles of the screen."""

    board: Rect
    hold: Rect
    callout: Rect
    stats: Rect
    next: Rect
    controls: Rect


def solo_layout(canvas: Canvas, rows: int = VISIBLE_ROWS) -> SoloLayout:
    """Place the board between two columns of panels; in portrait, one column beside it and panels below.

    rows: of the board.
    """
    area = inset(canvas.rect, canvas.units(4))
    place = _portrait_layout if is_portrait(canvas.rect) else _landscape_layout
    return place(canvas, area, rows)


def _landscape_layout(canvas: Canvas, area: Rect, rows: int) -> SoloLayout:
    units, gap = canvas.units, canvas.units(4)
    widest = max(units(_SIDE_UNITS), canvas.text_width("0" * _SIDE_LETTERS) + units(10))
    width = _board_width(canvas, area, rows, area.width - 2 * (widest + units(6)))
    side = max(0, min((area.width - width) // 2 - units(6), widest))
    around = Rect(0, area.y, min(area.width, width + 2 * side + units(12)), area.height)
    around.centerx = area.centerx
    left, rest = cut_left(around, side)
    right, board = cut_right(rest, side)
    hold, left = cut_top(left, _hold_height(canvas), gap)
    stats, callout = cut_bottom(left, _stats_height(canvas), gap)
    upcoming, right = cut_top(right, _next_height(canvas), gap)
    controls, _ = cut_top(right, controls_height(canvas, CONTROL_HINTS))
    return SoloLayout(board, hold, callout, stats, upcoming, controls)


def _board_width(canvas: Canvas, area: Rect, rows: int, available: int) -> int:
    """The width in pixels of a board; a lower one is wider than usual only as far as `available` allows."""
    usual = board_size(canvas, area, VISIBLE_ROWS)[0]
    return board_size(canvas, Rect(area.x, area.y, max(usual, available), area.height), rows)[0]


def _portrait_layout(canvas: Canvas, area: Rect, rows: int) -> SoloLayout:
    units, gap = canvas.units, canvas.units(4)
    below, above = cut_bottom(area, _stats_height(canvas), gap)
    stats, controls = cols(below, [1.0, 1.0], gap)
    side = max(units(_PORTRAIT_SIDE_UNITS), canvas.text_width("0" * 9) + units(10))
    column, board = cut_right(above, side, gap)
    width, height = board_size(canvas, board, rows)
    # The board and its column are in the middle together.
    board = Rect(area.x + max(0, (area.width - width - gap - side) // 2), above.y, width, height)
    needed = _hold_height(canvas) + gap + _next_height(canvas)
    column = Rect(board.right + gap, above.y, side, min(above.height, max(height, needed)))
    hold, column = cut_top(column, _hold_height(canvas), gap)
    upcoming, callout = cut_top(column, _next_height(canvas), gap)
    return SoloLayout(board, hold, callout, stats, upcoming, controls)


def _hold_height(canvas: Canvas) -> int:
    return canvas.line_height() + canvas.units(_HOLD_UNITS)


def _next_height(canvas: Canvas) -> int:
    return canvas.line_height() + canvas.units(_NEXT_UNITS)


def _stats_height(canvas: Canvas) -> int:
    return canvas.line_height() * (_STATS_LINES + 2) + canvas.units(14)
