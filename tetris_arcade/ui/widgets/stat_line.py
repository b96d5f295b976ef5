"""Draws statistics with their labels, and formats numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pygame import Rect

from tetris_arcade.languages import format_number
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.theme import Color

UNKNOWN = "--"


@dataclass(frozen=True)
class Stat:
    """A statistic: a label, and the value as text.

    color: None for the theme's text colour. short_label: used if the label does not fit beside the value.
    counts_lines: whether it is the lines of the game that is shown.
    """

    label: str
    value: str
    color: Color | None = None
    short_label: str = ""
    counts_lines: bool = False


def draw_stat(canvas: Canvas, rect: Rect, stat: Stat) -> None:
    """Draw the label on the left and the value on the right, at half the height of a rectangle."""
    label_width = rect.width - canvas.text_width(stat.value) - canvas.text_width(" ")
    if stat.label:
        canvas.text_in(canvas.fit(stat.label, max(0, label_width)), rect, canvas.theme.text_dim, align="left")
    _note_counter(canvas, stat, canvas.text_in(stat.value, rect, stat.color, align="right"))


def _note_counter(canvas: Canvas, stat: Stat, place: Rect) -> None:
    if stat.counts_lines:
        canvas.counters.append(place)


def draw_stats(canvas: Canvas, rect: Rect, stats: Sequence[Stat], step: int | None = None) -> int:
    """Draw statistics from the top of a rectangle, as many as fit; return their height in pixels.

    step: pixels from line to line, by default those of text. A value that does not fit beside its label is
    drawn below it.
    """
    step = canvas.line_height() if step is None else step
    y = rect.y
    for stat in stats:
        line = Rect(rect.x, y, rect.width, step)
        stat, has_two_lines = _fitted(canvas, stat, rect.width)
        if y + step * (1 + has_two_lines) > rect.bottom:
            break
        if has_two_lines:
            draw_stat(canvas, line, Stat(stat.label, ""))
            line = line.move(0, step)
        draw_stat(canvas, line, replace(stat, label="") if has_two_lines else stat)
        y = line.bottom
    return y - rect.y


def stats_lines(canvas: Canvas, width: int, stats: Sequence[Stat]) -> int:
    """How many lines `draw_stats` needs at a width in pixels."""
    return sum(1 + _fitted(canvas, stat, width)[1] for stat in stats)


def _fitted(canvas: Canvas, stat: Stat, width: int) -> tuple[Stat, bool]:
    """(the statistic with the label that fits, whether its value needs a line of its own)."""
    label_width = width - canvas.text_width(" ") - canvas.text_width(stat.value)
    if stat.short_label and canvas.text_width(stat.label) > label_width:
        stat = replace(stat, label=stat.short_label, short_label="")
    return stat, bool(stat.label) and canvas.text_width(stat.label) > label_width


def draw_big_stat(canvas: Canvas, rect: Rect, stat: Stat) -> None:
    """Draw a label above its value; the value has double size if it fits."""
    canvas.text(stat.label, rect.topleft, canvas.theme.text_dim, max_width=rect.width)
    size = 2.0 if canvas.text_width(stat.value, 2.0) <= rect.width else 1.0
    at = rect.x, rect.y + canvas.line_height()
    _note_counter(canvas, stat, canvas.text(stat.value, at, stat.color, size, max_width=rect.width))


def number(value: float, digits: int = 0) -> str:
    """Format a number with thousands separators; NaN as "--"."""
    return UNKNOWN if math.isnan(value) else format_number(value, f",.{digits}f")


def short_number(value: float) -> str:
    """Format a number in about five characters at most: 950, 12.5k, 3.2M."""
    if math.isnan(value):
        return UNKNOWN
    for limit, divisor, suffix in ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if abs(value) >= limit:
            return f"{format_number(value / divisor, '.3g')}{suffix}"
    return format_number(value, ",.0f" if abs(value) >= 100 or value == int(value) else ".3g")


def duration(seconds: float) -> str:
    """Format seconds as h:mm:ss."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
