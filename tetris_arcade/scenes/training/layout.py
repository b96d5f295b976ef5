"""Where things are on the training screen, and the panels that are drawn there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered, cut_bottom, cut_left, cut_top, inset, is_portrait
from tetris_arcade.ui.theme import Color
from tetris_arcade.ui.widgets.board import board_size
from tetris_arcade.ui.widgets.indicator import draw_indicator, draw_play_indicator
from tetris_arcade.ui.widgets.next_queue import draw_next_queue
from tetris_arcade.ui.widgets.stat_line import Stat, draw_stats

_HAIL = "NEW BEST"
_CAN_BE_MISSED = ("UPDATES", "MEAN VALUE", "GAMES", "LAST GAME", "TIME", "LOSS", "BEST GAME")
_BURST = 48
"""Bits of a celebration."""


@dataclass(frozen=True)
class TrainLayout:
    """Rectangles of the screen's parts."""

    state: Rect
    figures: Rect
    queue: Rect
    board: Rect
    graphs: Rect


def train_layout(canvas: Canvas, rect: Rect, height: int) -> TrainLayout:
    """Board in the middle, figures left, graphs right; in portrait board and figures over the graphs."""
    gap = canvas.units(canvas.theme.gap)
    inside = inset(rect, gap)
    line, pad = canvas.line_height(), canvas.units(8)
    state_height = 3 * line + pad + canvas.units(4)
    side = canvas.text_width("0" * 21) + pad
    if is_portrait(rect):
        top, graphs = cut_top(inside, inside.height * 58 // 100, gap)
        left, board = cut_left(top, min(side, top.width * 62 // 100), gap)
    else:
        left, rest = cut_left(inside, min(side, inside.width * 34 // 100), gap)
        width = min(board_size(canvas, rest, height)[0] + gap, rest.width * 48 // 100)
        board, graphs = cut_left(rest, width, gap)
    state, left = cut_top(left, state_height, gap)
    queue, figures = cut_bottom(left, canvas.units(46) + 2 * line, gap)
    return TrainLayout(state, figures, queue, board, graphs)


def draw_state(
    canvas: Canvas, rect: Rect, name: str, color: Color, lines: Sequence[str], *, warns: bool
) -> None:
    """Draw the lamp with the state, and beneath what there is to say, loud where it is a warning."""
    inside = canvas.panel(rect)
    top, rest = cut_top(inside, canvas.line_height())
    draw_indicator(canvas, top, name, color)
    for line in lines:
        row, rest = cut_top(rest, canvas.line_height())
        size = 1.0 if canvas.text_width(line) <= row.width else 1.0 / canvas.text_scale
        canvas.text_in(line, row, canvas.theme.error if warns else canvas.theme.text_dim, size, "left")


def draw_figures(canvas: Canvas, rect: Rect, groups: Sequence[Sequence[Stat]]) -> None:
    """Draw groups of figures with thin lines between them, as many as fit."""
    rest = canvas.panel(rect)
    groups = _most_needed(groups, rest.height // canvas.line_height())
    count = sum(len(group) for group in groups)
    step = min(max(canvas.line_height(), rest.height // (count + len(groups))), canvas.line_height() * 3 // 2)
    spare = max(0, rest.height - count * step) // max(1, 2 * (len(groups) - 1))
    gap = min(canvas.units(6), spare)
    for number, group in enumerate(groups):
        if number and rest.height > step:
            _, rest = cut_top(rest, gap)
            canvas.fill(Rect(rest.x, rest.y - 1, rest.width, canvas.hairline), canvas.theme.panel_edge)
            _, rest = cut_top(rest, gap)
        taken = draw_stats(canvas, rest, group, step)
        _, rest = cut_top(rest, taken)


def _most_needed(groups: Sequence[Sequence[Stat]], room: int) -> list[list[Stat]]:
    """The groups without what can be missed most, where there is no room for so many lines."""
    left = [list(group) for group in groups]
    for label in _CAN_BE_MISSED:
        if sum(len(group) for group in left) <= room:
            break
        left = [[stat for stat in group if stat.label != label] for group in left]
    return [group for group in left if group]


def draw_queue(
    canvas: Canvas, rect: Rect, pieces: Sequence[int], speed: str, *, greedy: bool, is_live: bool
) -> None:
    """Draw what comes next, how the move was chosen, and how fast it goes."""
    inside = canvas.panel(rect, "next")
    bottom, queue = cut_bottom(inside, canvas.line_height())
    if is_live:
        draw_next_queue(canvas, queue, pieces)
        draw_play_indicator(canvas, bottom, greedy=greedy)
    word = canvas.text_in(speed, bottom, canvas.theme.text, align="right")
    left = Rect(bottom.x, bottom.y, word.x - canvas.units(4) - bottom.x, bottom.height)
    lamp = canvas.text_width("EXPLORING") + canvas.text_height() + canvas.units(4) if is_live else 0
    if left.width >= lamp + canvas.text_width(" SPEED"):
        canvas.text_in("SPEED", left, canvas.theme.text_dim, align="right")


def draw_celebration(canvas: Canvas, well: Rect, lines: float, age: float) -> None:
    """Draw a banner and, where motion is welcome, bits that fly out from behind it; age 0..1."""
    theme = canvas.theme
    if not canvas.reduced_motion:
        _draw_burst(canvas, well, age)
    head = next((size for size in (2.0, 1.5) if canvas.text_width(_HAIL, size) < well.width), 1.0)
    tall = canvas.text_height(head) + 2 * canvas.line_height() + canvas.units(10)
    banner = centered(Rect(well.x, well.y, well.width, well.height // 2), well.width, tall)
    canvas.dim(banner, theme.background, 225)
    for y in (banner.y, banner.bottom - canvas.units(1)):
        canvas.fill(Rect(banner.x, y, banner.width, canvas.units(1)), theme.accent)
    y = banner.y + canvas.units(4)
    canvas.text(_HAIL, (banner.centerx, y), theme.accent, head, "center")
    y += canvas.text_height(head) + canvas.units(4)
    canvas.text(f"{lines:,.1f} LINES", (banner.centerx, y), theme.text, align="center")
    canvas.text("SAVED", (banner.centerx, y + canvas.line_height()), theme.success, align="center")


def _draw_burst(canvas: Canvas, well: Rect, age: float) -> None:
    size = max(1, canvas.units(5) - round(age * canvas.units(3)))
    for number in range(_BURST):
        angle = number * 2.399963  # the golden angle spreads them evenly
        reach = (0.3 + 0.7 * (number % 7) / 6) * well.width * 0.62 * (1 - (1 - age) ** 3)
        x = well.centerx + round(math.cos(angle) * reach)
        y = well.y + well.height // 4 + round(math.sin(angle) * reach + age * age * well.height * 0.15)
        bit = Rect(x, y, size, size)
        if well.contains(bit):
            canvas.fill(bit, canvas.theme.pieces[number % len(canvas.theme.pieces)])
