"""The page of the attract mode that shows the training: its game, its last guess, its age and its curve."""

from __future__ import annotations

from typing import Any

from pygame import Rect

from tetris_arcade.languages import N_, _
from tetris_arcade.scenes.how_it_works import correction_text, judged_numbers
from tetris_arcade.scenes.judged_moves import JudgedMove, JudgedMoves
from tetris_arcade.scenes.play.board_player import BoardPlayer
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import cols, cut_right, cut_top, is_portrait, rows
from tetris_arcade.ui.text_fitting import fit_size
from tetris_arcade.ui.theme import Color
from tetris_arcade.ui.widgets.board import board_size
from tetris_arcade.ui.widgets.graph import Graph, GraphPanel
from tetris_arcade.ui.widgets.guess_scale import draw_guess_scale
from tetris_arcade.ui.widgets.stat_line import Stat, draw_big_stat, draw_stats, duration, number

_HOLD_SECONDS = 2.5
"""How long a guess can be read before the next one is shown."""
_ARROW_FROM, _ARROW_SECONDS = 0.4, 0.6
_LABELS = (N_("guessed"), N_("got"), N_("correction"))
_SCALE_UNITS, _MIN_GRAPH_UNITS = 22, 60
_MAX_TEXT_LINES = 2
_ROW_LETTERS = 34
"""The width in letters from which numbers are beside each other."""
_NUMBER_SIZES = (3.0, 2.0, 1.5, 1.0)
_PORTRAIT_SHARE = 0.56
"""Of the height for the board and what is beside it."""


class LearningNow:
    """Holds each guess long enough to be read, while the training continues."""

    def __init__(self) -> None:
        self._moves = JudgedMoves()
        self._told: JudgedMove | None = None
        self._seconds = 0.0
        self._graphs = GraphPanel()

    def update(self, board: BoardPlayer, dt: float) -> None:
        """Follow the board of the training."""
        self._moves.follow(board.view)
        self._seconds += dt
        if self._told is None or self._seconds >= _HOLD_SECONDS:
            self._told, self._seconds = self._moves.latest, 0.0

    def draw(self, canvas: Canvas, area: Rect, board: BoardPlayer, counters: Any, graph: Graph) -> None:
        """Draw the page. counters: of the training's FRAME record. graph: of its learning."""
        gap = canvas.units(6)
        if is_portrait(area):
            top, below = cut_top(area, round(area.height * _PORTRAIT_SHARE), gap)
            side, place = cols(top, [1.0, 1.0], gap)
        else:
            width = board_size(canvas, area, board.view.height)[0]
            place, side = cut_right(area, width, gap)
            below = Rect(0, 0, 0, 0)
        board.draw(canvas, place, show_values=True)
        age, rest = cut_top(side, _age_height(canvas, side.width), gap)
        self._draw_age(canvas, age, board, counters)
        if not below.height:
            rest, below = cut_top(rest, min(rest.height, _guess_height(canvas, rest.width)), gap)
        self._draw_guess(canvas, rest)
        if below.height >= canvas.units(_MIN_GRAPH_UNITS):
            self._graphs.draw(canvas, below, [graph])

    def _draw_age(self, canvas: Canvas, rect: Rect, board: BoardPlayer, counters: Any) -> None:
        """Draw how long it has practised, and the lines of the game that is shown."""
        inside = canvas.panel(rect, _("Learning now"))
        stats = (
            Stat(_("moves practised"), number(counters["timesteps"]), canvas.theme.accent),
            Stat(_("age"), duration(counters["seconds"])),
            Stat(_("lines"), number(board.view.lines), counts_lines=True),
        )
        if _is_narrow(canvas, inside):
            draw_stats(canvas, inside, stats)
            return
        for place, stat in zip(cols(inside, [2.0, 1.2, 1.0], canvas.units(4)), stats, strict=True):
            draw_big_stat(canvas, place, stat)

    def _draw_guess(self, canvas: Canvas, rect: Rect) -> None:
        """Draw the last guess, what came of it, and the correction."""
        inside = canvas.panel(rect, _("Its last guess"))
        if self._told is None:
            canvas.paragraph(_("Waiting for the first moves"), inside, canvas.theme.text_dim)
            return
        outcome = self._told.outcome
        numbers = judged_numbers(canvas, outcome)
        head, rest = cut_top(inside, _numbers_height(canvas, inside), canvas.units(4))
        narrow = _is_narrow(canvas, inside)
        places = (rows if narrow else cols)(head, [1.0] * len(_LABELS), 0 if narrow else canvas.units(4))
        for place, label, (value, color) in zip(places, _LABELS, numbers, strict=True):
            _draw_number(canvas, place, _(label), value, color, is_beside=narrow)
        height = min(canvas.units(_SCALE_UNITS), rest.height - _MAX_TEXT_LINES * canvas.line_height())
        if height >= canvas.units(_SCALE_UNITS) * 2 // 3:
            scale, rest = cut_top(rest, height, canvas.units(4))
            share = min(1.0, max(0.0, (self._seconds - _ARROW_FROM) / _ARROW_SECONDS))
            draw_guess_scale(canvas, scale, outcome, 2, 1.0 if canvas.reduced_motion else share)
        canvas.paragraph(correction_text(outcome), rest, canvas.theme.text)


def _is_narrow(canvas: Canvas, rect: Rect) -> bool:
    """Whether numbers have no room beside each other."""
    return rect.width < canvas.text_width("0" * _ROW_LETTERS)


def _age_height(canvas: Canvas, width: int) -> int:
    lines = 3 * canvas.line_height()
    is_narrow = _is_narrow(canvas, Rect(0, 0, width, 0))
    return canvas.units(9) + lines + (canvas.line_height() if is_narrow else canvas.text_height())


def _numbers_height(canvas: Canvas, rect: Rect) -> int:
    if _is_narrow(canvas, rect):
        return len(_LABELS) * canvas.line_height(2.0)
    return canvas.line_height() + canvas.text_height(3.0)


def _guess_height(canvas: Canvas, width: int) -> int:
    """The pixels of the panel with the last guess."""
    text = (1 + _MAX_TEXT_LINES) * canvas.line_height()
    return _numbers_height(canvas, Rect(0, 0, width, 0)) + text + canvas.units(_SCALE_UNITS + 17)


def _draw_number(
    canvas: Canvas, place: Rect, label: str, value: str, color: Color, *, is_beside: bool
) -> None:
    """Draw a number below its label, or beside it."""
    if is_beside:
        canvas.text_in(label, place, canvas.theme.text_dim, align="left")
        available = place.width - canvas.text_width(f"{label} ")
        canvas.text_in(value, place, color, fit_size(canvas, value, available, *_NUMBER_SIZES[1:]), "right")
        return
    canvas.text(label, place.topleft, canvas.theme.text_dim, max_width=place.width)
    size = fit_size(canvas, value, place.width, *_NUMBER_SIZES)
    canvas.text(value, (place.x, place.y + canvas.line_height()), color, size)
