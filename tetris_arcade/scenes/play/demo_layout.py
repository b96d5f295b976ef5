"""The layout of demo and replay, and the panels drawn in it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.languages import _, format_number
from tetris_arcade.scenes.model_info import mean_text
from tetris_arcade.scenes.play.challenges import CHALLENGES
from tetris_arcade.scenes.speeds import speed_name
from tetris_arcade.storage.slots import ModelEntry
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.layout import cut_bottom, cut_left, cut_right, cut_top, is_portrait, rows
from tetris_arcade.ui.text_fitting import growing_lines
from tetris_arcade.ui.widgets.board import board_size
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.footer import Button
from tetris_arcade.ui.widgets.next_queue import draw_next_queue
from tetris_arcade.ui.widgets.stat_line import Stat, draw_big_stat, draw_stats, number, short_number

_SIDE_UNITS = 180
_SIDE_LETTERS = 16
"""The preferred width of the side panels, in units and in letters; the larger one counts."""
_QUEUE_UNITS, _QUEUE_COLUMN_UNITS = 46, (52, 136)
_DESCRIPTION_GAP_UNITS = 8
"""Space between the list of challenges and the chosen one's description."""
_CHALLENGE_LINES, _OTHER_LINES = 9, 3
"""Lines of the challenge panel with all challenges, and lines beside the description with one challenge."""
_MIN_GAMES_LINES = 3
_GAME_UNITS = 4
_SEPARATOR = "  ·  "
_ARROW_UNITS = 30
"""Space beside a name for its arrow."""
_ARROW_ACTIONS = {"◀▶": (Action.LEFT, Action.RIGHT), "▲▼": (Action.UP, Action.DOWN)}
_TOUCH_UNITS = 16
"""How much wider than an arrow its touch target is."""


@dataclass(frozen=True)
class FinishedGame:
    """The result of a finished game."""

    lines: int
    pieces: int


@dataclass(frozen=True)
class DemoLayout:
    """The rectangles of the screen."""

    head: Rect
    board: Rect
    stats: Rect
    challenge: Rect
    games: Rect


def demo_layout(
    canvas: Canvas, area: Rect, height: int, *names: str, upper_lines: int | None = None
) -> DemoLayout:
    """Place the board between two columns of panels, or above them in portrait.

    height: the board's rows. The head at the top shows one of the names, and is as high as the longest needs.
    upper_lines: those of the upper right panel; None for the challenges.
    """
    units = canvas.units
    name_height = _name_height(canvas, max(names, key=len), area.width)
    head, area = cut_top(area, name_height + canvas.line_height(), units(3))
    if is_portrait(canvas.rect):
        games_height = _MIN_GAMES_LINES * canvas.line_height()
        needed = _all_challenges_height(canvas, area.width // 2 - units(2)) + games_height
        stats_height = 10 * canvas.line_height() + units(44)
        below_height = max(area.height * 29 // 100, stats_height, needed + units(17))
        board, below = cut_top(area, area.height - below_height, units(4))
        stats, right = cut_left(below, below.width // 2 - units(2), units(4))
        challenge, games = cut_top(right, _upper_height(canvas, right, upper_lines), units(4))
        return DemoLayout(head, board, stats, challenge, games)
    width, _ = board_size(canvas, area, height)
    widest = max(units(_SIDE_UNITS), canvas.text_width("0" * _SIDE_LETTERS) + units(10))
    side = max(0, min((area.width - width) // 2 - units(6), widest))
    # On wide screens the panels stay close to the board.
    around = Rect(0, area.y, min(area.width, width + 2 * side + units(28)), area.height)
    around.centerx = area.centerx
    stats, rest = cut_left(around, side)
    right, board = cut_right(rest, side)
    challenge, games = cut_top(right, _upper_height(canvas, right, upper_lines), units(4))
    return DemoLayout(head, board, stats, challenge, games)


def _upper_height(canvas: Canvas, column: Rect, lines: int | None) -> int:
    """The height of the upper right panel: with some lines, or with the challenges."""
    if lines is None or (canvas.text_scale == 1.0 and not is_portrait(canvas.rect)):
        return _challenge_height(canvas, column)
    return min((lines + 1) * canvas.line_height() + canvas.units(9), column.height * 6 // 10)


def _challenge_height(canvas: Canvas, column: Rect) -> int:
    """The height of the challenge panel: with all challenges if they fit, at least with one description."""
    preferred = (_CHALLENGE_LINES + 1) * canvas.line_height() + canvas.units(9)
    least = max(_min_challenge_height(canvas, column.width), column.height * 55 // 100)
    # The games of the list below can wait, the challenges are a choice.
    spare = column.height - _MIN_GAMES_LINES * canvas.line_height() - canvas.units(13)
    return max(min(preferred, least), min(_all_challenges_height(canvas, column.width), spare))


def _all_challenges_height(canvas: Canvas, width: int) -> int:
    """The height of the challenge panel with all challenges and the longest description."""
    others = (len(CHALLENGES) - 1) * canvas.line_height()
    return _min_challenge_height(canvas, width) + others + canvas.units(_DESCRIPTION_GAP_UNITS - 4)


def _min_challenge_height(canvas: Canvas, width: int) -> int:
    """The height of the challenge panel with the chosen challenge only, whichever it is."""
    width -= canvas.units(10)
    description = max(len(canvas.wrap(_(challenge.description), width)) for challenge in CHALLENGES)
    return (description + _OTHER_LINES) * canvas.line_height() + canvas.units(15)


def draw_head(
    canvas: Canvas, rect: Rect, name: str, found: tuple[int, int, ModelEntry | None]
) -> tuple[Button, Button]:
    """Draw the model's name between two arrows, and a line about it; returns the arrows.

    found: the model's place in the list counted from 1 (0: not listed), the list's length, the model.
    """
    place, count, model = found
    return draw_title(
        canvas,
        rect,
        name,
        *([_("{place} of {count}").format(place=place, count=count)] if place else []),
        *_model_facts(model),
    )


def draw_title(
    canvas: Canvas, rect: Rect, name: str, *facts: str, arrows: str = "◀▶"
) -> tuple[Button, Button]:
    """Draw a name between two arrows, and below it as many facts as fit; returns the arrows as buttons.

    arrows: of the keys that change the name, "◀▶" or "▲▼".
    """
    theme, units = canvas.theme, canvas.units
    upper, lower = cut_top(rect, rect.height - canvas.line_height())
    size, lines = _name_lines(canvas, name, rect.width)
    text = canvas.lines_in(lines, upper, theme.accent, size)
    places = []
    for sign, x in zip(arrows, (text.x - units(14), text.right + units(14)), strict=True):
        width = max(units(12), canvas.text_width(sign))
        arrow = Rect(x - width // 2, upper.y, width, upper.height)
        canvas.text_in(sign, arrow, theme.accent_dim)
        places.append(arrow.inflate(units(_TOUCH_UNITS), units(4)))
    shown = list(facts)
    while len(shown) > 1 and canvas.text_width(_SEPARATOR.join(shown)) > lower.width:
        shown.pop()
    canvas.text_in(_SEPARATOR.join(shown), lower, theme.text_dim)
    backward, forward = _ARROW_ACTIONS[arrows]
    return Button(places[0], backward), Button(places[1], forward)


def _name_lines(canvas: Canvas, name: str, width: int) -> tuple[float, list[str]]:
    """(size, lines) of a name between arrows: large on one line if it fits, otherwise smaller."""
    options = ((2.0, 1), (1.0, 1), (1.0, 2), (1.0, 3))
    available = width - canvas.units(2 * _ARROW_UNITS)
    size, (lines,) = growing_lines(canvas, [name.upper()], lambda _: available, options)
    return size, lines


def _name_height(canvas: Canvas, name: str, width: int) -> int:
    size, lines = _name_lines(canvas, name, width)
    return max(canvas.text_height(2.0), canvas.lines_height(len(lines), size)) + canvas.units(2)


def _model_facts(model: ModelEntry | None) -> list[str]:
    if model is None:
        return []
    if model.metadata is None:
        return [_("Classic (hand-made) player")]
    facts = [_("{moves} moves practised").format(moves=short_number(model.metadata.timesteps))]
    if model.metadata.evaluation is not None:
        facts.append(_("Test: {result} lines per game").format(result=mean_text(model.metadata.evaluation)))
    return facts


def draw_stats_panel(
    canvas: Canvas, rect: Rect, view: BoardModel, best_lines: int | None, speed: float | None, rate: float
) -> None:
    """Draw the running game's numbers and the next pieces; `best_lines` is None for a replay.

    speed, rate: the chosen speed and the measured one, in pieces per second; None is full speed.
    """
    theme, units = canvas.theme, canvas.units
    inside = canvas.panel(rect, _("This game"))
    big, rest = cut_top(inside, canvas.line_height() + canvas.text_height(2.0), units(6))
    lines = Stat(_("lines"), format_number(view.lines), theme.accent, counts_lines=True)
    draw_big_stat(canvas, big, lines)
    stats = [
        Stat(_("pieces"), format_number(view.pieces)),
        Stat(_("score"), format_number(view.score)),
        Stat(
            _("speed"),
            _("{speed}/s").format(speed=short_number(rate)) if speed is None else speed_name(speed),
            theme.greedy,
        ),
    ]
    if best_lines is not None:
        stats.insert(2, Stat(_("best lines"), format_number(best_lines) if best_lines else "--"))
        stats.append(Stat(_("value"), number(chosen_value(view), 2)))
    used = draw_stats(canvas, rest, stats)
    rest = cut_top(rest, used, units(5))[1]
    line, rest = cut_top(rest, canvas.line_height())
    if view.is_empty or rest.height < units(12):
        return
    canvas.text(_("NEXT"), line.topleft, theme.accent)
    if rest.height < units(3 * _QUEUE_UNITS):
        queue = cut_top(rest, min(rest.height, units(_QUEUE_UNITS)))[0]
    else:  # A column close to its heading.
        width, height = (units(size) for size in _QUEUE_COLUMN_UNITS)
        queue = Rect(rest.x, rest.y, min(rest.width, width), min(rest.height, height))
    draw_next_queue(canvas, queue, view.next_pieces)


def chosen_value(view: BoardModel) -> float:
    """The value of the placement that is played; NaN if unknown."""
    return math.nan if view.action < 0 else float(view.values[view.action])


def draw_challenge(
    canvas: Canvas, rect: Rect, chosen: int, *, lookahead: bool
) -> tuple[list[tuple[int, Rect]], Rect]:
    """Draw the chosen challenge, among the others if they fit; returns the rectangles for clicks.

    Returns ((index, rectangle) of each challenge shown, rectangle of the look-ahead line).
    """
    theme, units = canvas.theme, canvas.units
    inside = canvas.panel(rect, _("Challenge"))
    foot, rest = cut_bottom(inside, canvas.line_height(), units(2))
    draw_stats(canvas, foot, [Stat(_("look-ahead"), _("1 piece") if lookahead else _("off"))])
    description = canvas.wrap(_(CHALLENGES[chosen].description), rest.width)
    gap = units(_DESCRIPTION_GAP_UNITS)
    available = (rest.height - gap) // canvas.line_height() - len(description)
    shows_all = available >= len(CHALLENGES)
    count = min(max(1, available), len(CHALLENGES))
    first = min(max(0, chosen - count // 2), len(CHALLENGES) - count)
    lines = []
    for index in range(first, first + count):
        line, rest = cut_top(rest, canvas.line_height())
        lines.append((index, line))
        if index == chosen:
            canvas.draw_rounded(line.inflate(units(4), units(-1)), theme.focus)
        color = theme.accent if index == chosen else theme.text_dim
        canvas.text_in(_(CHALLENGES[index].name), line, color, align="left")
    gap = gap if shows_all else units(4)
    canvas.paragraph(_(CHALLENGES[chosen].description), cut_top(rest, gap)[1], theme.text_dim)
    return lines, foot


def _game_stat(canvas: Canvas, game: FinishedGame, width: int) -> Stat:
    """A game as text, in the longest form that fits."""
    lines = _("{lines} lines").format(lines=format_number(game.lines))
    options = (
        Stat(_("{pieces} pieces").format(pieces=format_number(game.pieces)), lines),
        Stat(_("{pieces} pcs").format(pieces=short_number(game.pieces)), lines),
        Stat("", lines),
    )
    return next(
        (stat for stat in options if canvas.text_width(f"{stat.label} {stat.value}") <= width), options[-1]
    )


def draw_games(canvas: Canvas, rect: Rect, games: Iterable[FinishedGame]) -> None:
    """Draw the last games, the newest first, each with a bar relative to the best of them."""
    theme, units = canvas.theme, canvas.units
    inside = canvas.panel(rect, _("Last games"))
    shown = list(games)[: max(0, inside.height // (canvas.line_height() + units(_GAME_UNITS)))]
    if not shown:
        canvas.paragraph(_("First game in progress"), inside, theme.text_faint)
        return
    best = max(1, max(game.lines for game in shown))
    lines = rows(inside, [1.0] * (inside.height // (canvas.line_height() + units(_GAME_UNITS))))
    for game, line in zip(shown, lines, strict=False):
        text, bar = cut_top(line, canvas.line_height())
        draw_stats(canvas, text, [_game_stat(canvas, game, text.width)])
        bar = Rect(bar.x, bar.y, bar.width, units(2))
        canvas.fill(bar, theme.well)
        is_best = game.lines == best
        length = round(bar.width * game.lines / best)
        canvas.fill(Rect(bar.x, bar.y, length, bar.height), theme.accent if is_best else theme.accent_dim)
