"""How a kept game looks beside its board: what is known of it, and which others there are."""

from __future__ import annotations

from collections.abc import Sequence

from pygame import Rect

from tetris_arcade.scenes.play.replay_list import ReplaySummary
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import rows
from tetris_arcade.ui.widgets.stat_line import Stat, draw_stats

_GAME_UNITS = 4


def draw_kept_game(canvas: Canvas, rect: Rect, game: ReplaySummary) -> None:
    """How it ended, where it was played, and when it was kept."""
    inside = canvas.panel(rect, "Kept game")
    stats = [
        Stat("lines", f"{game.lines:,}", canvas.theme.accent),
        Stat("pieces", f"{game.pieces:,}"),
        Stat("score", f"{game.score:,}"),
        Stat("board", game.board),
        Stat("kept", game.saved_at),
    ]
    draw_stats(canvas, inside, [stat for stat in stats if stat.value])


def draw_kept_games(canvas: Canvas, rect: Rect, games: Sequence[ReplaySummary], index: int) -> None:
    """The list that left and right go through, scrolled so that the game watched is in it."""
    theme, units = canvas.theme, canvas.units
    inside = canvas.panel(rect, "Replays")
    room = max(1, inside.height // (canvas.line_height() + units(_GAME_UNITS)))
    first = min(max(0, index - room // 2), max(0, len(games) - room))
    for place, line in enumerate(rows(inside, [1.0] * room), first):
        if place >= len(games):
            break
        game, is_watched = games[place], place == index
        if is_watched:
            canvas.draw_rounded(line.inflate(units(4), units(-1)), theme.focus)
        color = theme.accent if is_watched else theme.text_dim
        lines = canvas.text_in(f"{game.lines:,}", line, color, align="right")
        name = Rect(line.x, line.y, lines.x - line.x - units(4), line.height)
        canvas.text_in(game.player, name, color, align="left")
