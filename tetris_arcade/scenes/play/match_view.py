"""Draws a game of two sides, while it is played and when it is seen again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.languages import _
from tetris_arcade.realtime.board import VISIBLE_ROWS
from tetris_arcade.realtime.garbage import Attack
from tetris_arcade.realtime.modes import GameMode
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.duel_layout import draw_results, draw_side_head, draw_verdict
from tetris_arcade.scenes.play.match import Match
from tetris_arcade.scenes.play.match_layout import (
    Compared,
    SideLayout,
    cut_meter,
    draw_match_panel,
    match_layout,
    meter_beside,
)
from tetris_arcade.scenes.play.person import Callout, Person
from tetris_arcade.scenes.play.person_panels import draw_callout, draw_hold, draw_next
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.widgets.board import draw_board
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.garbage_meter import draw_garbage_meter
from tetris_arcade.ui.widgets.next_queue import draw_next_queue
from tetris_arcade.ui.widgets.played_board import draw_played_board

_NUM_COMPARED = 2
DrawSide = Callable[[Canvas, SideLayout, Rect], Rect]
"""Draws a side around the rectangle of its board; returns the rectangle of the board's cells."""


def names_of_two() -> tuple[str, str]:
    """What two people are called."""
    return _("Player 1"), _("Player 2")


def machine_name(context: Context, model: str, level: int) -> str:
    """What a model is called that plays at a level."""
    return _("{name}, level {level}").format(name=context.models.display_name(model), level=level)


@dataclass(frozen=True)
class MatchSide:
    """What is shown of one side.

    sent: the rows of garbage that it has sent. attacks: those on their way to it. effects: of its board.
    draw: draws the board with hold and next pieces.
    """

    name: str
    lines: int
    pieces: int
    sent: int
    attacks: tuple[Attack, ...]
    effects: BoardEffects
    draw: DrawSide


@dataclass(frozen=True)
class MatchHead:
    """The head of the panel between the boards. heading: its title. large: what is written large below it."""

    heading: str
    large: str
    time: str


def draw_match(
    canvas: Canvas,
    sides: tuple[MatchSide, MatchSide],
    mode: GameMode,
    head: MatchHead,
    now_us: int,
    match: Match,
    *,
    is_decided: bool,
    shows_results: bool = True,
) -> tuple[Rect, Rect]:
    """Draw both sides, the left one first, and what is between them; returns the rectangles of the boards.

    match: as (left, right); its newest result is that of this game if `is_decided`. shows_results: whether
    its games are listed.
    """
    names = [side.name for side in sides]
    ahead = [side.sent if mode.has_attacks else side.lines for side in sides]
    layout = match_layout(canvas, names, _NUM_COMPARED)
    wells = []
    for number, (side, places) in enumerate(zip(sides, layout.sides, strict=True)):
        is_ahead = ahead[number] > ahead[1 - number]
        draw_side_head(canvas, places.head, names, number, is_ahead=is_ahead, effects=side.effects)
        well = side.draw(canvas, places, cut_meter(canvas, places.board, number)[1])
        if mode.has_attacks:
            _draw_meter(canvas, well, number, side.attacks, now_us)
        if is_decided:
            draw_verdict(canvas, well, match, number, side.effects)
        wells.append(well)
    compared = _compared(sides, has_attacks=mode.has_attacks)
    draw_match_panel(canvas, layout.center, head.heading, head.large, (_(mode.name), head.time), compared)
    if shows_results:
        draw_results(canvas, layout.results, match.results)
    for well, name in zip(wells, names, strict=True):
        canvas.explain(well, _("The board of {name}: both get the same pieces").format(name=name))
    canvas.explain(layout.center, _(mode.description))
    return wells[0], wells[1]


def _compared(sides: tuple[MatchSide, MatchSide], *, has_attacks: bool) -> list[Compared]:
    left, right = sides
    lines = Compared(_("lines"), left.lines, right.lines, counts_lines=True)
    if has_attacks:
        return [Compared(_("sent"), left.sent, right.sent), lines]
    return [lines, Compared(_("pieces"), left.pieces, right.pieces)]


def _draw_meter(canvas: Canvas, well: Rect, side: int, attacks: tuple[Attack, ...], now_us: int) -> None:
    meter = meter_beside(canvas, well, side)
    draw_garbage_meter(canvas, meter, attacks, now_us, VISIBLE_ROWS)
    canvas.explain(meter, _("Garbage on its way: clear two lines or more to cancel it"))


def draw_person_side(
    canvas: Canvas, layout: SideLayout, board: Rect, person: Person, *, is_hidden: bool = False
) -> Rect:
    """Draw what one person sees; returns the rectangle of the board's cells."""
    well = draw_played_board(canvas, board, person.board, dim=is_hidden)
    draw_hold(canvas, layout.hold, person.game)
    draw_next(canvas, layout.next, person.game, is_hidden=is_hidden)
    return well


def draw_machine_side(
    canvas: Canvas,
    layout: SideLayout,
    board: Rect,
    view: BoardModel,
    progress: float,
    *,
    is_hidden: bool = False,
    show_game_over: bool = True,
    effects: BoardEffects | None = None,
) -> Rect:
    """Draw a model's board and its next pieces; returns the rectangle of the board's cells.

    A model holds no piece, so that its next ones are where a person's hold is.
    """
    well = draw_board(
        canvas, board, view, progress, dim=is_hidden, show_game_over=show_game_over, effects=effects
    )
    upcoming = () if view.is_empty or is_hidden else view.next_pieces
    place = layout.next.move(0, layout.hold.y - layout.next.y)
    draw_next_queue(canvas, canvas.panel(place, _("Next")), upcoming)
    return well


def draw_side_callout(canvas: Canvas, well: Rect, callout: Callout | None) -> None:
    """Draw over a board what its last placement is called."""
    place = Rect(well.x, well.y + well.height // 12, well.width, well.height // 3)
    draw_callout(canvas, place, callout)
