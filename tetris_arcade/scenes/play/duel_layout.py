"""The layout of the duel, and the panels drawn in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import pygame
from pygame import Rect

from tetris_arcade.languages import N_, _, format_number, ngettext
from tetris_arcade.scenes.play.match import DuelResult, Match
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.effects.drawing import draw_mood
from tetris_arcade.ui.layout import (
    centered,
    cols,
    cut_left,
    cut_right,
    cut_top,
    inset,
    is_portrait,
)
from tetris_arcade.ui.text_fitting import fit_size, growing_lines
from tetris_arcade.ui.theme import Color, Theme, blend
from tetris_arcade.ui.widgets.board import board_size
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.identicon import draw_identicon
from tetris_arcade.ui.widgets.next_queue import draw_next_queue
from tetris_arcade.ui.widgets.pixel_face import draw_winner

_CENTER_UNITS = 180
_MIN_CENTER_UNITS = 120
_CENTER_HEIGHT_UNITS = 204
_CENTER_LETTERS = 20
"""The width of the center panel in letters: two numbers and their label."""
_QUEUE_UNITS, _MIN_EMBLEM_UNITS = 34, 30
_MIN_RESULTS_LINES = 3
_WINNER_UNITS = 44
"""The height in which the winner stands."""
_STAR_GAP_UNITS = 4
"""Space between a name and the star beside it."""


@dataclass(frozen=True)
class DuelLayout:
    """The rectangles of the screen."""

    heads: tuple[Rect, Rect]
    boards: tuple[Rect, Rect]
    center: Rect
    results: Rect


def duel_layout(canvas: Canvas, height: int, names: Sequence[str]) -> DuelLayout:
    """Place the boards on both sides of the match panel, or below it in portrait.

    height: the boards' rows. The heads above the boards are as high as the names need.
    """
    layout = _layout(canvas, height, canvas.text_height(1.5) + canvas.units(4))
    needed = head_height(canvas, names, layout.heads[0].width)
    return layout if needed <= layout.heads[0].height else _layout(canvas, height, needed)


def head_height(canvas: Canvas, names: Sequence[str], width: int) -> int:
    """The height in pixels of heads with both names."""
    size, lines = _name_lines(canvas, names, width)
    return canvas.lines_height(max(map(len, lines)), size) + canvas.units(4)


def _layout(canvas: Canvas, height: int, name: int) -> DuelLayout:
    """The layout with heads of `name` pixels."""
    units = canvas.units
    area = inset(canvas.rect, units(4))
    center_height = canvas.text_height(3.0) + 6 * canvas.line_height() + canvas.units(_QUEUE_UNITS + 20)
    if is_portrait(canvas.rect):
        center, area = cut_top(area, center_height, units(6))
        left, right = cols(area, [1, 1], units(6))
        available = area.height - name - results_height(canvas) - units(6)
        _, board_height = board_size(canvas, Rect(0, 0, left.width, available), height)
        heads, boards = zip(
            *(cut_top(half, name) for half in (left, right)),
            strict=True,
        )
        fitted = [Rect(board.x, board.y, board.width, min(board.height, board_height)) for board in boards]
        _, results = cut_top(area, name + fitted[0].height, units(6))
        return DuelLayout((heads[0], heads[1]), (fitted[0], fitted[1]), center, results)
    head, body = cut_top(area, name)
    width, _ = board_size(canvas, body, height)
    widest = max(units(_CENTER_UNITS), canvas.text_width("0" * _CENTER_LETTERS) + units(10))
    middle = min(widest, max(units(_MIN_CENTER_UNITS), area.width - 2 * width - units(24)))
    side = min((area.width - middle) // 2, width + units(24))
    whole = centered(body, 2 * side + middle, body.height)
    left, rest = cut_left(whole, side)
    right, column = cut_right(rest, side)
    center, results = cut_top(column, max(units(_CENTER_HEIGHT_UNITS), center_height), units(4))
    # A name may be wider than its board, up to the edge and the center of the screen.
    reach = min(left.centerx - area.x, area.centerx - left.centerx)
    heads = tuple(Rect(half.centerx - reach, head.y, 2 * reach, head.height) for half in (left, right))
    return DuelLayout((heads[0], heads[1]), (left, right), center, results)


def results_height(canvas: Canvas) -> int:
    """The least height in pixels of the list of results."""
    return _MIN_RESULTS_LINES * canvas.line_height() + canvas.units(9)


def side_color(theme: Theme, side: int) -> Color:
    """The color of the left player (0) or the right one (1)."""
    return (theme.greedy, theme.warning)[side]


def draw_side_head(
    canvas: Canvas,
    rect: Rect,
    names: Sequence[str],
    side: int,
    *,
    is_ahead: bool,
    effects: BoardEffects | None = None,
) -> None:
    """Draw a player's name in its color, the same size on both sides, between stars while it leads.

    effects: of its board, by which the face beside the name has its mood; None for no face.
    """
    units, color = canvas.units, side_color(canvas.theme, side)
    size, lines = _name_lines(canvas, names, rect.width)
    name = canvas.lines_in(lines[side], rect, color, size)
    if is_ahead:
        reach = canvas.text_height(size) // 2
        places = [name.x - reach - units(_STAR_GAP_UNITS), name.right + reach + units(_STAR_GAP_UNITS)]
        for x in places if places[0] - reach >= rect.x else ():
            _draw_star(canvas, (x, rect.centery), reach)
    stars = canvas.text_height(size) + units(_STAR_GAP_UNITS)
    draw_mood(canvas, rect, name.inflate(2 * stars, 0), effects, color)


def _name_lines(canvas: Canvas, names: Sequence[str], width: int) -> tuple[float, list[list[str]]]:
    """(size, the lines of each name) with space for the stars beside them."""
    options = ((1.5, 1), (1.0, 1), (1.0, 2), (1.0, 3), (1.0, 4))

    def available(canvas: Canvas) -> int:
        # With larger text, a name whose line is full has no stars.
        stars = 2 * canvas.text_height(options[0][0]) if canvas.text_scale == 1.0 else 0
        return width - stars - canvas.units(4 * _STAR_GAP_UNITS)

    return growing_lines(canvas, [name.upper() for name in names], available, options)


def _draw_star(canvas: Canvas, center: tuple[int, int], reach: int) -> None:
    x, y = center
    thin = max(1, reach // 3)
    points = [(0, -reach), (thin, -thin), (reach, 0), (thin, thin), (0, reach), (-thin, thin), (-reach, 0)]
    corners = [(x + across, y + down) for across, down in [*points, (-thin, -thin)]]
    pygame.draw.polygon(canvas.surface, canvas.theme.accent, corners)


def draw_center(
    canvas: Canvas,
    rect: Rect,
    names: Sequence[str],
    match: Match,
    views: tuple[BoardModel, BoardModel],
    text: str,
    labels: Sequence[str] = (N_("lines"), N_("pieces"), N_("score")),
) -> None:
    """Draw the match score, the running game's numbers side by side, and the next pieces.

    text: the game that is played, one or two lines. labels: the numbers, by their names in `BoardModel`.
    """
    wins = match.wins
    theme, units = canvas.theme, canvas.units
    inside = canvas.panel(rect, _("Best of {games}").format(games=match.num_games))
    score, rest = cut_top(inside, canvas.text_height(3.0) + units(6))
    canvas.text_in(f"{wins[0]} : {wins[1]}", score, theme.accent, 3.0)
    for text_line in text.split("\n"):
        line, rest = cut_top(rest, canvas.line_height(), units(1))
        canvas.text_in(text_line, line, theme.text_dim)
    lead, rest = cut_top(rest, units(5), units(4))
    draw_lead(canvas, lead, views[0].lines, views[1].lines)
    for label in labels:
        line, rest = cut_top(rest, canvas.line_height())
        numbers = (getattr(view, label) for view in views)
        draw_compared(canvas, line, _(label), *numbers, counts_lines=label == "lines")
    if rest.height < units(12) or views[0].is_empty:
        return
    rest = cut_top(rest, units(3))[1]
    # If one game is over, the other one still has next pieces.
    view = views[1] if views[0].over and not views[1].over else views[0]
    queue, rest = cut_top(rest, min(rest.height, units(_QUEUE_UNITS)), units(2))
    draw_next_queue(canvas, queue, view.next_pieces)
    if rest.height >= units(_MIN_EMBLEM_UNITS):
        for side, half in enumerate(cols(rest, [1.0, 1.0])):
            draw_identicon(canvas, half, names[side], side_color(theme, side))


def draw_lead(canvas: Canvas, rect: Rect, left: int, right: int) -> None:
    """Draw a bar that is split in favor of the side with more.

    The right side is striped, so that the sides differ without color.
    """
    theme, units = canvas.theme, canvas.units
    share = 0.5 if left == right else (left + 5) / (left + right + 10)
    canvas.fill(rect, side_color(theme, 0))
    border = rect.x + round(rect.width * share)
    canvas.fill(Rect(border, rect.y, rect.right - border, rect.height), side_color(theme, 1))
    dark = blend(side_color(theme, 1), theme.panel, 0.6)
    for x in range(rect.right - units(3), border, -units(4)):
        canvas.fill(Rect(x, rect.y, units(1), rect.height), dark)
    canvas.fill(Rect(border - units(1), rect.y - units(1), units(2), rect.height + units(2)), theme.text)


def draw_compared(
    canvas: Canvas, rect: Rect, label: str, left: int, right: int, *, counts_lines: bool = False
) -> None:
    """Draw a number of both sides around its label; the larger one is bright.

    counts_lines: whether it is the lines of the games that are shown.
    """
    theme = canvas.theme
    numbers = (format_number(left), format_number(right))
    available = rect.width - 2 * max(map(canvas.text_width, numbers)) - 2 * canvas.text_width(" ")
    canvas.text_in(canvas.fit(label, max(0, available)), rect, theme.text_dim)
    first = canvas.text_in(numbers[0], rect, theme.accent if left > right else theme.text, align="left")
    second = canvas.text_in(numbers[1], rect, theme.accent if right > left else theme.text, align="right")
    if counts_lines:
        canvas.counters += [first, second]


def draw_results(canvas: Canvas, rect: Rect, results: Iterable[DuelResult]) -> None:
    """Draw the lines of the last games, the newest first; the winner's are bright."""
    theme = canvas.theme
    if rect.height < results_height(canvas):
        return
    inside = canvas.panel(rect, _("Last games"))
    shown = list(islice(results, inside.height // canvas.line_height()))
    if not shown:
        canvas.paragraph(_("First game in progress"), inside, theme.text_faint)
    for result in shown:
        line, inside = cut_top(inside, canvas.line_height())
        colors = [theme.success if result.winner == side else theme.text_dim for side in (0, 1)]
        canvas.text_in(format_number(result.lines[0]), line, colors[0], align="left")
        canvas.text_in(_("draw") if result.winner is None else _("lines"), line, theme.text_dim)
        canvas.text_in(format_number(result.lines[1]), line, colors[1], align="right")


def draw_verdict(
    canvas: Canvas, well: Rect, match: Match, side: int, effects: BoardEffects | None = None
) -> None:
    """Draw over a board whether its player won the game; after the last game, the match.

    effects: of that board; the winner stands on the banner and waves, unless they are None.
    """
    theme, units = canvas.theme, canvas.units
    result = match.results[0]
    winner = match.winner if match.is_over else result.winner
    if winner is None:
        text, color = _("DRAW"), theme.text
    elif winner == side:
        text, color = _("WINS THE MATCH") if match.is_over else _("WINNER"), theme.success
    else:
        text, color = _("LOST"), theme.text_dim
    size = fit_size(canvas, text, well.width - units(8), 2.0, 1.5, 1.0)
    lines = canvas.wrap(text, well.width - units(4), size)
    height = canvas.lines_height(len(lines), size) + canvas.line_height() + units(12)
    banner = centered(Rect(well.x, well.y, well.width, well.height * 2 // 3), well.width, height)
    canvas.dim(banner, theme.background, 225)
    for y in (banner.y, banner.bottom - units(1)):
        canvas.fill(Rect(banner.x, y, banner.width, units(1)), color)
    head = Rect(banner.x, banner.y + units(4), banner.width, canvas.lines_height(len(lines), size))
    canvas.lines_in(lines, head, color, size)
    below = Rect(banner.x, head.bottom + units(4), banner.width, canvas.text_height())
    if winner == side and effects is not None:
        height = min(units(_WINNER_UNITS), banner.y - well.y)
        draw_winner(canvas, Rect(well.x, banner.y - height, well.width, height), color, effects.now)
    canvas.text_in(
        _games(match.wins[side]) if match.is_over else _lines(result.lines[side]), below, theme.text
    )


def _games(count: int) -> str:
    return ngettext("{n} game", "{n} games", count).format(n=format_number(count))


def _lines(count: int) -> str:
    return ngettext("{n} line", "{n} lines", count).format(n=format_number(count))
