"""A figure with its name, and how figures are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.theme import Color

UNKNOWN = "--"


@dataclass(frozen=True)
class Stat:
    """A line: a label and its value as text; `color` None is the usual one.

    short_label: shown if the label does not fit beside the value.
    """

    label: str
    value: str
    color: Color | None = None
    short_label: str = ""


def draw_stat(canvas: Canvas, rect: Rect, stat: Stat) -> None:
    """Draw the label on the left and the value on the right, in the middle of a rectangle's height."""
    room = rect.width - canvas.text_width(stat.value) - canvas.text_width(" ")
    if stat.label:
        canvas.text_in(canvas.fit(stat.label, max(0, room)), rect, canvas.theme.text_dim, align="left")
    canvas.text_in(stat.value, rect, stat.color, align="right")


def draw_stats(canvas: Canvas, rect: Rect, stats: Sequence[Stat], step: int | None = None) -> int:
    """Draw lines from the top down, as many as fit; returns the pixels they took.

    step: pixels from line to line, those of text unless told. A value that is too wide to stand beside its
    label goes below.
    """
    step = canvas.line_height() if step is None else step
    y = rect.y
    most = rect.width - canvas.text_width(" ")
    for stat in stats:
        line = Rect(rect.x, y, rect.width, step)
        free = most - canvas.text_width(stat.value)
        if stat.short_label and canvas.text_width(stat.label) > free:
            stat = Stat(stat.short_label, stat.value, stat.color)
        folds = bool(stat.label) and canvas.text_width(stat.label) > free
        if y + step * (1 + folds) > rect.bottom:
            break
        if folds:
            draw_stat(canvas, line, Stat(stat.label, ""))
            line = line.move(0, step)
        draw_stat(canvas, line, Stat("", stat.value, stat.color) if folds else stat)
        y = line.bottom
    return y - rect.y


def draw_big_stat(canvas: Canvas, rect: Rect, stat: Stat) -> None:
    """Draw a label over its value in twice the size, or in the usual size where that is too wide."""
    canvas.text(stat.label, rect.topleft, canvas.theme.text_dim, max_width=rect.width)
    size = 2.0 if canvas.text_width(stat.value, 2.0) <= rect.width else 1.0
    canvas.text(stat.value, (rect.x, rect.y + canvas.line_height()), stat.color, size, max_width=rect.width)


def number(value: float, digits: int = 0) -> str:
    """A number with groups of three, or a sign where there is none."""
    return UNKNOWN if math.isnan(value) else f"{value:,.{digits}f}"


def short_number(value: float) -> str:
    """A number in at most about five characters: 950, 12.5k, 3.2M."""
    if math.isnan(value):
        return UNKNOWN
    for limit, divisor, suffix in ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if abs(value) >= limit:
            return f"{value / divisor:.3g}{suffix}"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def duration(seconds: float) -> str:
    """Seconds as h:mm:ss."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
