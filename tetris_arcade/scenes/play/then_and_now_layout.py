"""The layout of two ages of a model side by side, and the panels drawn in it."""

from __future__ import annotations

from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.languages import _
from tetris_arcade.scenes.play.duel_layout import draw_compared, side_color
from tetris_arcade.scenes.play.model_ages import NO_LINE, ModelAge, earlier_text, result_text
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.effects.drawing import draw_mood
from tetris_arcade.ui.layout import centered, cols, cut_bottom, cut_left, cut_right, cut_top, is_portrait
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.widgets.board import board_size
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.next_queue import draw_next_queue

_GAP_UNITS = 6
_CENTER_LETTERS = 16
_QUEUE_UNITS = 34
_LONGEST_SECONDS = 3_599.0


@dataclass(frozen=True)
class AgesLayout:
    """The rectangles of the screen, those of the sides from left to right."""

    heads: tuple[Rect, Rect]
    boards: tuple[Rect, Rect]
    center: Rect


def ages_layout(canvas: Canvas, area: Rect, height: int) -> AgesLayout:
    """The boards of `height` rows beside each other, with what they have in common between or below them."""
    gap = canvas.units(_GAP_UNITS)
    head = _head_height(canvas, (area.width - gap) // 2 if is_portrait(area) else area.width * 3 // 10)
    if is_portrait(area):
        center, sides = cut_bottom(area, _center_height(canvas), gap)
        left, right = cols(sides, [1.0, 1.0], gap)
    else:
        width = board_size(canvas, Rect(0, 0, area.width, area.height - head), height)[0]
        middle = canvas.text_width("0" * _CENTER_LETTERS) + canvas.units(10)
        side = min((area.width - middle - 2 * gap) // 2, max(width, area.width * 3 // 10))
        whole = centered(area, 2 * side + 2 * gap + middle, area.height)
        left, rest = cut_left(whole, side, gap)
        right, column = cut_right(rest, side, gap)
        center = centered(column, column.width, min(column.height, _center_height(canvas)))
    (left_head, left_board), (right_head, right_board) = (cut_top(rect, head) for rect in (left, right))
    return AgesLayout((left_head, right_head), (left_board, right_board), center)


def _head_height(canvas: Canvas, width: int) -> int:
    """The pixels above a board of that width, in which each text of `draw_age_head` has room."""
    texts = (earlier_text(_LONGEST_SECONDS), _(NO_LINE))
    lines = sum(len(canvas.wrap(text, width)) for text in texts)
    return canvas.text_height(1.5) + lines * canvas.line_height() + canvas.units(4)


def _center_height(canvas: Canvas) -> int:
    return 4 * canvas.line_height() + canvas.units(_QUEUE_UNITS + 14)


def draw_age_head(
    canvas: Canvas,
    rect: Rect,
    age: ModelAge,
    view: BoardModel,
    side: int,
    seconds_earlier: float,
    effects: BoardEffects | None = None,
) -> None:
    """Draw which age plays, how much training ago that was, and what its game has come to.

    effects: of its board, by which the face beside it has its mood; None for no face.
    """
    color = side_color(canvas.theme, side)
    label = age.label if canvas.text_width(age.label) <= rect.width else age.short_label
    size = fit_size(canvas, label, rect.width, 1.5, 1.0)
    top, rest = cut_top(rect, canvas.text_height(1.5) + canvas.units(2))
    name = canvas.text_in(label, top, color, size)
    draw_mood(canvas, top, name.inflate(canvas.units(8), 0), effects, color)
    if not age.is_newest and seconds_earlier >= 1.0:
        text = earlier_text(seconds_earlier)
        used = canvas.paragraph(text, rest, canvas.theme.text_dim, align="center")
        _top, rest = cut_top(rest, used)
    ink = canvas.theme.accent if view.over else canvas.theme.text
    canvas.paragraph(result_text(view), rest, ink, align="center")


def draw_common(canvas: Canvas, rect: Rect, views: tuple[BoardModel, BoardModel]) -> None:
    """Draw the numbers of both games side by side, and the next pieces, which are the same for both."""
    inside = canvas.panel(rect, _("Same pieces"))
    for label, name in ((_("lines"), "lines"), (_("pieces"), "pieces"), (_("score"), "score")):
        line, inside = cut_top(inside, canvas.line_height())
        numbers = (getattr(view, name) for view in views)
        draw_compared(canvas, line, label, *numbers, counts_lines=name == "lines")
    view = views[1] if views[0].over and not views[1].over else views[0]
    queue = cut_top(inside, canvas.units(4))[1]
    if not view.is_empty and queue.height > canvas.units(10):
        draw_next_queue(canvas, queue, view.next_pieces)
