"""How the demo looks: its places, and what is drawn there."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.scenes.play.challenges import CHALLENGES
from tetris_arcade.scenes.speeds import speed_name
from tetris_arcade.scenes.training.stats import stage_text
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.layout import cut_bottom, cut_left, cut_right, cut_top, is_portrait, rows
from tetris_arcade.ui.text_fitting import fit_lines
from tetris_arcade.ui.widgets.board import board_size
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.footer import Button
from tetris_arcade.ui.widgets.next_queue import draw_next_queue
from tetris_arcade.ui.widgets.notice import draw_notice, draw_strip
from tetris_arcade.ui.widgets.stat_line import Stat, draw_big_stat, draw_stats, number, short_number
from tetris_arcade.worker.shared.messages import WorkerState
from tetris_arcade.worker.viewer.client import WorkerClient

_SIDE_UNITS = 180
_SIDE_LETTERS = 16
"""The panels at the sides are at least so wide, where the board leaves the room."""
_QUEUE_UNITS = 46
_CHALLENGE_LINES = 9
_GAME_UNITS = 4
_BETWEEN = "  ·  "
_ARROW_UNITS = 30
"""Beside a name, for the arrow there."""
_FINGER_UNITS = 16
"""By so much more than an arrow is what can be touched."""


@dataclass(frozen=True)
class FinishedGame:
    """A game that was played to its end."""

    lines: int
    pieces: int


@dataclass(frozen=True)
class DemoLayout:
    """Where things are."""

    head: Rect
    board: Rect
    figures: Rect
    challenge: Rect
    games: Rect


def demo_layout(canvas: Canvas, area: Rect, height: int, name: str) -> DemoLayout:
    """The board in the middle with panels on both sides; on an upright screen the panels are below. Over all
    of it is as much room as the name needs."""
    units = canvas.units
    head, area = cut_top(area, _name_height(canvas, name, area.width) + canvas.line_height(), units(3))
    tall = (_CHALLENGE_LINES + 1) * canvas.line_height() + units(9)
    if is_portrait(canvas.rect):
        tall_below = max(area.height * 29 // 100, 10 * canvas.line_height() + units(44))
        board, below = cut_top(area, area.height - tall_below, units(4))
        figures, right = cut_left(below, below.width // 2 - units(2), units(4))
        challenge, games = cut_top(right, min(tall, right.height * 6 // 10), units(4))
        return DemoLayout(head, board, figures, challenge, games)
    width, _ = board_size(canvas, area, height)
    widest = max(units(_SIDE_UNITS), canvas.text_width("0" * _SIDE_LETTERS) + units(10))
    side = max(0, min((area.width - width) // 2 - units(6), widest))
    # The panels stay with the board on wide screens.
    around = Rect(0, area.y, min(area.width, width + 2 * side + units(28)), area.height)
    around.centerx = area.centerx
    figures, rest = cut_left(around, side)
    right, board = cut_right(rest, side)
    challenge, games = cut_top(right, min(tall, right.height // 2), units(4))
    return DemoLayout(head, board, figures, challenge, games)


def draw_head(
    canvas: Canvas, rect: Rect, name: str, entry: tuple[int, int, ModelEntry | None]
) -> tuple[Button, Button]:
    """The player's name between two arrows, and what is known of it; returns the arrows."""
    place, count, model = entry
    return draw_title(canvas, rect, name, *([f"{place} of {count}"] if place else []), *_facts(model))


def draw_title(canvas: Canvas, rect: Rect, name: str, *facts: str) -> tuple[Button, Button]:
    """A name between two arrows over as many facts, the first first, as there is room for; returns the
    arrows, which can be clicked."""
    theme, units = canvas.theme, canvas.units
    canvas.avoid_toasts(rect)
    upper, lower = cut_top(rect, rect.height - canvas.line_height())
    size, lines = _name_lines(canvas, name, rect.width)
    words = canvas.lines_in(lines, upper, theme.accent, size)
    arrows = []
    for sign, x in (("◀", words.x - units(14)), ("▶", words.right + units(14))):
        wide = max(units(12), canvas.text_width(sign))
        place = Rect(x - wide // 2, upper.y, wide, upper.height)
        canvas.text_in(sign, place, theme.accent_dim)
        arrows.append(place.inflate(units(_FINGER_UNITS), units(4)))
    shown = list(facts)
    while len(shown) > 1 and canvas.text_width(_BETWEEN.join(shown)) > lower.width:
        shown.pop()
    canvas.text_in(_BETWEEN.join(shown), lower, theme.text_dim)
    return Button(arrows[0], Action.LEFT), Button(arrows[1], Action.RIGHT)


def _name_lines(canvas: Canvas, name: str, width: int) -> tuple[float, list[str]]:
    """(size, lines) of a name between arrows: in one large line, else whole."""
    small = 1.0 / canvas.text_scale
    ways = ((2.0, 1), (1.0, 1), (1.0, 2), (small, 2), (small, 3))
    room = width - canvas.units(2 * _ARROW_UNITS)
    size, (lines,) = fit_lines(canvas, [name.upper()], lambda _size: room, ways)
    return size, lines


def _name_height(canvas: Canvas, name: str, width: int) -> int:
    size, lines = _name_lines(canvas, name, width)
    return max(canvas.text_height(2.0), canvas.lines_height(len(lines), size)) + canvas.units(2)


def _facts(model: ModelEntry | None) -> list[str]:
    if model is None:
        return []
    if model.metadata is None:
        return ["reference player"]
    facts = [f"{short_number(model.metadata.timesteps)} steps of training"]
    if model.metadata.evaluation is not None:
        facts.append(f"{model.metadata.evaluation.mean_lines:,.0f} lines a game")
    return facts


def draw_state(canvas: Canvas, well: Rect, player: WorkerClient, again: str, *, is_empty: bool) -> None:
    """What the player waits for, or what became of it, over the board; `again` says how to begin again."""
    theme = canvas.theme
    match player.state:
        case WorkerState.FAILED:
            draw_notice(canvas, well, "THE DEMO FAILED", [player.message, again], theme.error)
        case WorkerState.RESTARTING:
            draw_notice(canvas, well, "THE PLAYER DIED", [player.message], theme.warning)
        case WorkerState.STARTING:
            stage = player.stage
            fraction = 0.0 if stage is None else stage.fraction
            draw_notice(canvas, well, "GET READY", [stage_text(stage)], theme.accent, fraction)
        case WorkerState.PAUSED:
            draw_strip(canvas, well, "PAUSED", theme.warning)
        case _ if is_empty:
            draw_notice(canvas, well, "GET READY", [], theme.accent)
        case _:
            pass


def draw_figures(
    canvas: Canvas, rect: Rect, view: BoardModel, best_lines: int | None, speed: float | None, rate: float
) -> None:
    """The running game, and the pieces that come; `best_lines` None: of a kept game, which has no values."""
    theme, units = canvas.theme, canvas.units
    inside = canvas.panel(rect, "This game")
    big, rest = cut_top(inside, canvas.line_height() + canvas.text_height(2.0), units(6))
    draw_big_stat(canvas, big, Stat("lines", f"{view.lines:,}", theme.accent))
    stats = [
        Stat("pieces", f"{view.pieces:,}"),
        Stat("score", f"{view.score:,}"),
        Stat("speed", f"{short_number(rate)}/s" if speed is None else speed_name(speed), theme.greedy),
    ]
    if best_lines is not None:
        stats.insert(2, Stat("best lines", f"{best_lines:,}" if best_lines else "--"))
        stats.append(Stat("value", number(value_of(view), 2)))
    used = draw_stats(canvas, rest, stats)
    _, rest = cut_top(rest, used, units(5))
    line, rest = cut_top(rest, canvas.line_height())
    if view.is_empty or rest.height < units(12):
        return
    canvas.text("NEXT", line.topleft, theme.accent)
    is_row = rest.height < units(3 * _QUEUE_UNITS)
    queue, _ = cut_top(rest, min(rest.height, units(_QUEUE_UNITS if is_row else 4 * _QUEUE_UNITS)))
    draw_next_queue(canvas, queue, view.next_pieces)


def value_of(view: BoardModel) -> float:
    """The value of the placement that is played; NaN where it is not known."""
    return math.nan if view.values is None or view.action < 0 else float(view.values[view.action])


def draw_challenge(
    canvas: Canvas, rect: Rect, chosen: int, *, looks_ahead: bool
) -> tuple[list[tuple[int, Rect]], Rect]:
    """What is played, among what could be, where there is room for a list; returns (the challenges' lines,
    the look-ahead's)."""
    theme, units = canvas.theme, canvas.units
    inside = canvas.panel(rect, "Challenge")
    foot, rest = cut_bottom(inside, canvas.line_height(), units(2))
    draw_stats(canvas, foot, [Stat("look-ahead", "1 piece" if looks_ahead else "off")])
    about = canvas.wrap(CHALLENGES[chosen].about, rest.width)
    is_list = rest.height >= (len(CHALLENGES) + len(about)) * canvas.line_height() + units(2)
    lines = []
    for index, challenge in enumerate(CHALLENGES):
        if index != chosen and not is_list:
            continue
        line, rest = cut_top(rest, canvas.line_height())
        lines.append((index, line))
        if index == chosen:
            canvas.draw_rounded(line.inflate(units(4), units(-1)), theme.focus)
        color = theme.accent if index == chosen else theme.text_dim
        canvas.text_in(challenge.name, line, color, align="left")
    canvas.paragraph(CHALLENGES[chosen].about, cut_top(rest, units(2))[1], theme.text_dim)
    return lines, foot


def _stat_of(canvas: Canvas, game: FinishedGame, width: int) -> Stat:
    """A game in words, in as many as there is room for."""
    ways = (
        Stat(f"{game.pieces:,} pieces", f"{game.lines:,} lines"),
        Stat(f"{short_number(game.pieces)} pcs", f"{game.lines:,} lines"),
        Stat("", f"{game.lines:,} lines"),
    )
    return next((way for way in ways if canvas.text_width(f"{way.label} {way.value}") <= width), ways[-1])


def draw_games(canvas: Canvas, rect: Rect, games: Iterable[FinishedGame]) -> None:
    """The last games, the newest on top, each with a bar against the best of them."""
    theme = canvas.theme
    inside = canvas.panel(rect, "Last games")
    shown = list(games)[: max(0, inside.height // (canvas.line_height() + canvas.units(_GAME_UNITS)))]
    if not shown:
        canvas.paragraph("The first is being played.", inside, theme.text_faint)
        return
    most = max(1, max(game.lines for game in shown))
    lines = rows(inside, [1.0] * (inside.height // (canvas.line_height() + canvas.units(_GAME_UNITS))))
    for game, line in zip(shown, lines, strict=False):
        text, bar = cut_top(line, canvas.line_height())
        draw_stats(canvas, text, [_stat_of(canvas, game, text.width)])
        bar = Rect(bar.x, bar.y, bar.width, canvas.units(2))
        canvas.fill(bar, theme.well)
        is_best = game.lines == most
        length = round(bar.width * game.lines / most)
        canvas.fill(Rect(bar.x, bar.y, length, bar.height), theme.accent if is_best else theme.accent_dim)
