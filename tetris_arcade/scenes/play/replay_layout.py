"""The panels beside a replay's board: its summary, and the list of replays."""

from __future__ import annotations

from collections.abc import Sequence

from pygame import Rect

from tetris_arcade.languages import _, format_number
from tetris_arcade.scenes.play.replay_summary import ReplaySummary
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import rows
from tetris_arcade.ui.widgets.stat_line import Stat, draw_stats

_GAP_UNITS = 4
SUMMARY_LINES = 7
"""Of a replay's summary; the board and the time may need two each."""


def draw_replay(canvas: Canvas, rect: Rect, replay: ReplaySummary) -> None:
    """Draw the result of a replay, its board, and when it was saved."""
    inside = canvas.panel(rect, _("Replay"))
    has_time = canvas.text_width(replay.saved_at) <= inside.width
    saved_at = replay.saved_at if has_time else replay.saved_at.partition(" ")[0]
    stats = [
        Stat(_("lines"), format_number(replay.lines), canvas.theme.accent),
        Stat(_("pieces"), format_number(replay.pieces)),
        Stat(_("score"), format_number(replay.score)),
        Stat(_("board"), replay.board),
        Stat(_("saved"), saved_at),
    ]
    draw_stats(canvas, inside, [stat for stat in stats if stat.value])


def draw_replays(canvas: Canvas, rect: Rect, replays: Sequence[ReplaySummary], index: int) -> None:
    """Draw the list that left and right go through, scrolled to the replay that is watched."""
    theme, units = canvas.theme, canvas.units
    inside = canvas.panel(rect, _("Replays"))
    num_lines = max(1, inside.height // (canvas.line_height() + units(_GAP_UNITS)))
    first = min(max(0, index - num_lines // 2), max(0, len(replays) - num_lines))
    shown = replays[first : first + num_lines]
    for number, (replay, line) in enumerate(zip(shown, rows(inside, [1.0] * num_lines), strict=False), first):
        is_watched = number == index
        if is_watched:
            canvas.draw_rounded(line.inflate(units(4), units(-1)), theme.focus)
        color = theme.accent if is_watched else theme.text_dim
        lines = canvas.text_in(format_number(replay.lines), line, color, align="right")
        name = Rect(line.x, line.y, lines.x - line.x - units(4), line.height)
        canvas.text_in(replay.player, name, color, align="left")
