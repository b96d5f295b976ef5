"""The layout of a match in which people play, and the panels drawn in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.languages import _
from tetris_arcade.realtime.board import VISIBLE_ROWS
from tetris_arcade.scenes.play.duel_layout import (
    draw_compared,
    draw_lead,
    head_height,
    results_height,
)
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import (
    centered,
    cols,
    cut_left,
    cut_right,
    cut_top,
    inset,
    is_portrait,
)
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.widgets.board import board_size
from tetris_arcade.ui.widgets.garbage_meter import METER_UNITS

_CENTER_UNITS, _MIN_CENTER_UNITS = 150, 96
_COLUMN_UNITS = 52
_HOLD_UNITS, _NEXT_UNITS = 34, 150
_STRIP_UNITS = 34
"""Heights of the panels without their titles; in portrait hold and next are a strip over the board."""


@dataclass(frozen=True)
class SideLayout:
    """The rectangles of one side; the meter of garbage is beside the board's cells, where there is space."""

    head: Rect
    board: Rect
    hold: Rect
    next: Rect


@dataclass(frozen=True)
class MatchLayout:
    """The rectangles of the screen."""

    sides: tuple[SideLayout, SideLayout]
    center: Rect
    results: Rect


@dataclass(frozen=True)
class Compared:
    """A number of both sides. counts_lines: whether it is the lines of their games."""

    label: str
    left: int
    right: int
    counts_lines: bool = False


def match_layout(canvas: Canvas, names: Sequence[str], num_compared: int) -> MatchLayout:
    """Place the boards, each with its hold and next pieces on its outer side, around the panel of the match.

    In portrait, that panel is above them, and hold and next are between. num_compared: its numbers.
    """
    area = inset(canvas.rect, canvas.units(4))
    center_height = _center_height(canvas, num_compared)
    return (_portrait if is_portrait(canvas.rect) else _landscape)(canvas, area, names, center_height)


def _landscape(canvas: Canvas, area: Rect, names: Sequence[str], center_height: int) -> MatchLayout:
    units, gap = canvas.units, canvas.units(4)
    column = max(units(_COLUMN_UNITS), _title_width(canvas, _("Hold")), _title_width(canvas, _("Next")))
    widest = max(units(_CENTER_UNITS), canvas.text_width("0" * 16) + units(10))
    heads, body = cut_top(area, head_height(canvas, names, (area.width - units(_MIN_CENTER_UNITS)) // 2))
    width = board_size(canvas, body, VISIBLE_ROWS)[0]
    width += units(METER_UNITS + 3)
    middle = min(widest, max(units(_MIN_CENTER_UNITS), area.width - 2 * (width + column + 2 * gap)))
    half = min((area.width - middle) // 2, width + column + 2 * gap)
    whole = centered(body, 2 * half + middle, body.height)
    left, rest = cut_left(whole, half)
    right, between = cut_right(rest, half)
    center, results = cut_top(between, center_height, gap)
    left_column, left_board = cut_left(left, column, gap)
    right_column, right_board = cut_right(right, column, gap)
    left_board.width -= gap
    right_board = Rect(right_board.x + gap, right_board.y, right_board.width - gap, right_board.height)
    # A name may be wider than its board, up to the edge and the middle of the screen.
    reach = min(left_board.centerx - area.x, area.centerx - left_board.centerx)
    sides = [
        SideLayout(
            Rect(board.centerx - reach, heads.y, 2 * reach, heads.height), board, *_stacked(canvas, panels)
        )
        for board, panels in ((left_board, left_column), (right_board, right_column))
    ]
    return MatchLayout((sides[0], sides[1]), center, results)


def _title_width(canvas: Canvas, title: str) -> int:
    """The width in pixels of a panel with a title."""
    return canvas.text_width(title.upper()) + canvas.units(10)


def _stacked(canvas: Canvas, column: Rect) -> tuple[Rect, Rect]:
    """(hold, next), one above the other."""
    hold, rest = cut_top(column, canvas.line_height() + canvas.units(_HOLD_UNITS), canvas.units(4))
    return hold, cut_top(rest, canvas.line_height() + canvas.units(_NEXT_UNITS))[0]


def _portrait(canvas: Canvas, area: Rect, names: Sequence[str], center_height: int) -> MatchLayout:
    units, gap = canvas.units, canvas.units(4)
    center, area = cut_top(area, center_height, gap)
    half_width = (area.width - gap) // 2
    head = head_height(canvas, names, half_width)
    strip = canvas.line_height() + units(_STRIP_UNITS)
    room = Rect(0, 0, half_width, area.height - head - strip - gap - results_height(canvas) - gap)
    board_height = board_size(canvas, room, VISIBLE_ROWS)[1]
    both, results = cut_top(area, head + strip + gap + board_height, gap)
    sides = []
    for half in cols(both, [1.0, 1.0], gap):
        name, rest = cut_top(half, head)
        panels, board = cut_top(rest, strip, gap)
        hold, upcoming = cut_left(panels, max(units(_COLUMN_UNITS), _title_width(canvas, _("Hold"))), gap)
        sides.append(SideLayout(name, board, hold, upcoming))
    return MatchLayout((sides[0], sides[1]), center, results)


def _center_height(canvas: Canvas, num_compared: int) -> int:
    lines = 3 + num_compared
    return canvas.text_height(3.0) + lines * canvas.line_height() + canvas.units(31)


def draw_match_panel(
    canvas: Canvas,
    rect: Rect,
    heading: str,
    large: str,
    texts: Sequence[str],
    compared: Sequence[Compared],
) -> None:
    """Draw a heading, a large text, a line for each other text, and numbers of both sides, the main one
    first."""
    theme, units = canvas.theme, canvas.units
    inside = canvas.panel(rect, heading)
    head, rest = cut_top(inside, canvas.text_height(3.0) + units(6))
    size = fit_size(canvas, large, head.width, 3.0, 2.0, 1.0)
    canvas.text_in(large, head, theme.accent, size)
    for text in texts:
        line, rest = cut_top(rest, canvas.line_height(), units(1))
        canvas.text_in(canvas.fit(text, line.width), line, theme.text_dim)
    lead, rest = cut_top(rest, units(5), units(4))
    draw_lead(canvas, lead, compared[0].left, compared[0].right)
    for numbers in compared:
        line, rest = cut_top(rest, canvas.line_height())
        both = (numbers.left, numbers.right)
        draw_compared(canvas, line, numbers.label, *both, counts_lines=numbers.counts_lines)


def cut_meter(canvas: Canvas, board: Rect, side: int) -> tuple[Rect, Rect]:
    """(the space of the meter of garbage, the board beside it): the meter is on the outer side."""
    cut = cut_right if side else cut_left
    return cut(board, canvas.units(METER_UNITS), canvas.units(1))


def meter_beside(canvas: Canvas, well: Rect, side: int) -> Rect:
    """The rectangle of the meter beside the cells of a board, as high as they are."""
    width, gap = canvas.units(METER_UNITS), canvas.units(4)
    x = well.right + gap if side else well.x - gap - width
    return Rect(x, well.y, width, well.height)
