"""The numbers of a game for one person."""

from __future__ import annotations

from pygame import Rect

from tetris_arcade.languages import _, format_number
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import SECOND
from tetris_arcade.scenes.play.person_panels import format_time
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.widgets.stat_line import Stat, draw_big_stat, draw_stats


def draw_solo_stats(canvas: Canvas, rect: Rect, game: RealtimeGame) -> None:
    """Draw the panel with the numbers of a game."""
    inside = canvas.panel(rect, _(game.mode.name))
    main, *others = solo_stats(game)
    draw_big_stat(canvas, inside, main)
    used = canvas.line_height() + canvas.text_height(2.0) + canvas.units(5)
    rest = Rect(inside.x, inside.y + used, inside.width, max(0, inside.height - used))
    draw_stats(canvas, rest, others)


def solo_stats(game: RealtimeGame) -> list[Stat]:
    """What to show of a running game, the main number first."""
    tally, mode = game.tally, game.mode
    goal = "" if mode.goal_lines is None else f" / {mode.goal_lines}"
    score = Stat(_("score"), format_number(tally.score))
    lines = Stat(_("lines"), f"{tally.lines}{goal}", counts_lines=True)
    time = Stat(_("time"), format_time(game.now_us))
    if game.time_left_us is not None:
        time = Stat(_("time left"), format_time(game.time_left_us), short_label=_("time"))
    speed = tally.pieces * SECOND / max(1, game.now_us)
    pace = Stat(_("pieces/s"), format_number(speed, ".2f"))
    if mode.ranked_by == "time":
        return [time, lines, Stat(_("pieces"), str(tally.pieces)), pace]
    first = [score, time] if mode.limit_us is not None else [score, Stat(_("level"), str(game.level)), time]
    return [
        *first,
        lines,
        pace,
        Stat(_("tetrises"), str(tally.tetrises)),
        Stat(_("T-spins"), str(tally.t_spins)),
    ]
