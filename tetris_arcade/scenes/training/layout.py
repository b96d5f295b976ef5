"""The layout of the training screen, and the panels that only it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.languages import N_, _, format_number
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered, cut_bottom, cut_left, cut_right, cut_top, inset, is_portrait
from tetris_arcade.ui.theme import Color
from tetris_arcade.ui.widgets.board import board_size
from tetris_arcade.ui.widgets.indicator import draw_indicator, draw_play_indicator
from tetris_arcade.ui.widgets.next_queue import draw_next_queue
from tetris_arcade.ui.widgets.qr_code import qr_panel_height, qr_panel_width
from tetris_arcade.ui.widgets.stat_line import Stat, draw_stats

_NEW_BEST = N_("NEW BEST")
_LEFT_OUT_FIRST = (
    "UPDATES",
    "MEAN Q-VALUE",
    "GAMES",
    "LAST GAME",
    "TIME",
    "SPEED",
    "GAME SHOWN AT",
    "LOSS",
    "BEST GAME",
)
"""Labels of statistics, in the order in which they give way on a small screen."""
_PANEL_LETTERS = 24
_QUEUE_UNITS, _QUEUE_SHRINKS = 46, 1.6
"""The height of the next pieces; with large text they give way to the text."""


@dataclass(frozen=True)
class TrainLayout:
    """Rectangles of the parts of the screen."""

    narration: Rect
    state: Rect
    stats: Rect
    queue: Rect
    board: Rect
    graphs: Rect


def train_layout(
    canvas: Canvas,
    rect: Rect,
    height: int,
    state_lines: Sequence[Sequence[str]] = (),
    get_narration_height: Callable[[int], int] = lambda _: 0,
) -> TrainLayout:
    """Statistics left, the board in the middle, graphs right; in portrait the graphs below both.

    `height` is the board's, in rows; `state_lines` are those of `draw_state`. `get_narration_height` gives
    the pixels of the narrator's strip for a width; it is above everything, with large text beside the
    statistics, which then need their height.
    """
    gap = canvas.units(canvas.theme.gap)
    inside = inset(rect, gap)
    line, padding = canvas.line_height(), canvas.units(8)
    is_above = is_portrait(rect) or canvas.text_scale == 1.0
    if is_above:
        narration, inside = cut_top(inside, get_narration_height(inside.width), gap)
    wanted = canvas.text_width("0" * _PANEL_LETTERS) + padding
    if is_portrait(rect):
        percent = round(58 + 24 * (canvas.text_scale - 1.0))  # larger text needs more beside the board
        top, graphs = cut_top(inside, inside.height * percent // 100, gap)
        # The board comes first: the statistics have what it leaves, and at least as much as it needs.
        beside = max(top.width - board_size(canvas, top, height)[0] - gap, top.width * 48 // 100)
        left, board = cut_left(top, min(wanted, beside), gap)
    else:
        left, rest = cut_left(inside, min(wanted, inside.width * 34 // 100), gap)
        if not is_above:
            narration, rest = cut_top(rest, get_narration_height(rest.width), gap)
        width = min(board_size(canvas, rest, height)[0] + gap, rest.width * 48 // 100)
        board, graphs = cut_left(rest, width, gap)
    num_state_lines = len(_state_lines(canvas, left.width - canvas.units(10), state_lines))
    state_height = canvas.line_height() + max(3, num_state_lines) * _state_step(canvas) + padding
    state, left = cut_top(left, state_height + canvas.units(4), gap)
    pieces_height = canvas.units(round(_QUEUE_UNITS / canvas.text_scale**_QUEUE_SHRINKS))
    num_lines = 1 if _has_indicator_in_title(canvas) else 2
    queue, stats = cut_bottom(left, pieces_height + num_lines * line, gap)
    return TrainLayout(narration, state, stats, queue, board, graphs)


def cut_qr_panel(canvas: Canvas, graphs: Rect, address: str) -> tuple[Rect, Rect]:
    """(what is left for the graphs, the place of a QR code): beside wide graphs, otherwise below them."""
    gap = canvas.units(canvas.theme.gap)
    width = qr_panel_width(canvas)
    if graphs.width - gap - width >= width:
        panel, rest = cut_right(graphs, width, gap)
    else:
        height = min(graphs.height * 55 // 100, qr_panel_height(canvas, address, graphs.width))
        panel, rest = cut_bottom(graphs, height, gap)
    return rest, panel


def draw_state(
    canvas: Canvas, rect: Rect, name: str, color: Color, lines: Sequence[Sequence[str]], *, warns: bool
) -> None:
    """Draw the indicator with the state, and lines of text below it; `warns` draws them as an error.

    lines: the versions of each line, the longest first; the first that fits is drawn.
    """
    inside = canvas.panel(rect)
    top, rest = cut_top(inside, canvas.line_height())
    draw_indicator(canvas, top, name, color)
    ink = canvas.theme.error if warns else canvas.theme.text_dim
    step = _state_step(canvas)
    for line in _state_lines(canvas, rest.width, lines)[: rest.height // step]:
        row, rest = cut_top(rest, step)
        canvas.text_in(line, row, ink, align="left")


def _state_step(canvas: Canvas) -> int:
    """Pixels from line to line: larger text has closer lines here."""
    return canvas.line_height() if canvas.text_scale == 1.0 else canvas.text_height() + canvas.units(1)


def _state_lines(canvas: Canvas, width: int, lines: Sequence[Sequence[str]]) -> list[str]:
    """The lines to draw: the first version that fits with normal text; larger text is wrapped."""
    normal = canvas.at_text_size(1.0)
    fitting = (
        next((text for text in versions if normal.text_width(text) <= width), versions[-1])
        for versions in lines
    )
    return [line for text in fitting for line in canvas.wrap(text, width)]


def draw_stat_groups(canvas: Canvas, rect: Rect, groups: Sequence[Sequence[Stat]]) -> None:
    """Draw groups of statistics with thin lines between them, as many as fit."""
    rest = canvas.panel(rect)
    # On a small screen, or with large text, the lines move together before one of them gives way.
    is_crowded = sum(map(len, groups)) * canvas.line_height() > rest.height
    min_step = canvas.text_height() + canvas.hairline if is_crowded else canvas.line_height()
    groups = _fit_groups(groups, rest.height // min_step)
    count = sum(map(len, groups))
    spread = rest.height // (count if is_crowded else count + len(groups))
    step = min(max(min_step, spread), canvas.line_height() * 3 // 2)
    spare = max(0, rest.height - count * step) // max(1, 2 * (len(groups) - 1))
    gap = min(canvas.units(6), spare)
    for number, group in enumerate(groups):
        if number and rest.height > step:
            _, rest = cut_top(rest, gap)
            canvas.fill(Rect(rest.x, rest.y - 1, rest.width, canvas.hairline), canvas.theme.panel_edge)
            _, rest = cut_top(rest, gap)
        used = draw_stats(canvas, rest, group, step)
        _, rest = cut_top(rest, used)


def _fit_groups(groups: Sequence[Sequence[Stat]], max_lines: int) -> list[list[Stat]]:
    """The groups, without the least important statistics if there are too many lines."""
    kept = [list(group) for group in groups]
    for label in map(_, _LEFT_OUT_FIRST):
        if sum(len(group) for group in kept) <= max_lines:
            break
        kept = [[stat for stat in group if stat.label != label] for group in kept]
    return [group for group in kept if group]


def _has_indicator_in_title(canvas: Canvas) -> bool:
    """Whether the indicator is beside the title of the next pieces, to leave its line to the statistics."""
    return canvas.text_scale > 1.0 and not is_portrait(canvas.rect)


def draw_queue(
    canvas: Canvas, rect: Rect, pieces: Sequence[int], *, greedy: bool | None, throw: int, is_live: bool
) -> None:
    """Draw the next pieces, and how the move was chosen; greedy: None if nobody has chosen it."""
    inside = canvas.panel(rect, _("next"))
    bottom, queue = cut_bottom(inside, canvas.line_height())
    if _has_indicator_in_title(canvas):
        left = canvas.text_width(f"{_('next').upper()}  ")
        y, height = inside.y - canvas.line_height(), canvas.text_height()
        bottom, queue = Rect(inside.x + left, y, inside.width - left, height), inside
    if is_live:
        draw_next_queue(canvas, queue, pieces)
        if greedy is not None:
            draw_play_indicator(canvas, bottom, greedy=greedy, throw=throw)


def draw_celebration(canvas: Canvas, well: Rect, lines: float) -> None:
    """Draw a banner for a new best."""
    theme, units = canvas.theme, canvas.units
    heading = _(_NEW_BEST)
    size = next((size for size in (2.0, 1.5) if canvas.text_width(heading, size) < well.width), 1.0)
    text = canvas.wrap(
        _("{lines} lines per game").format(lines=format_number(lines, ",.1f")), well.width - units(8)
    )
    height = canvas.text_height(size) + len(text) * canvas.line_height() + units(10)
    banner = centered(Rect(well.x, well.y, well.width, well.height // 2), well.width, height)
    canvas.dim(banner, theme.background, 225)
    for y in (banner.y, banner.bottom - units(1)):
        canvas.fill(Rect(banner.x, y, banner.width, units(1)), theme.accent)
    y = banner.y + units(4)
    canvas.text(heading, (banner.centerx, y), theme.accent, size, "center")
    y += canvas.text_height(size) + units(4)
    for line in text:
        canvas.text(line, (banner.centerx, y), theme.text, align="center")
        y += canvas.line_height()
