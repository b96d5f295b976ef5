"""Call-outs: labels with lines to the parts of a screen that they explain. They cover no small part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pygame
from pygame import Rect

from tetris_arcade.ui.canvas import Canvas, Explanation
from tetris_arcade.ui.layout import inset
from tetris_arcade.ui.text_fitting import break_long_words

_WIDTHS_UNITS = (150, 110, 200)
"""The widths of labels to try."""
_PADDING_UNITS, _GAP_UNITS, _STEP_UNITS = 4, 3, 8


@dataclass(frozen=True)
class Callout:
    """A part of the screen, and the label that explains it."""

    part: Rect
    label: Rect
    lines: tuple[str, ...]


def place_callouts(canvas: Canvas, explanations: Sequence[Explanation]) -> list[Callout]:
    """Place a label for each part, as near to it as there is room."""
    best: list[Callout] = []
    for units in _WIDTHS_UNITS:
        placed = _place_all(canvas, explanations, canvas.units(units))
        if len(placed) > len(best):
            best = placed
        if len(best) == len(explanations):
            break
    return best


def _place_all(canvas: Canvas, explanations: Sequence[Explanation], max_width: int) -> list[Callout]:
    placed: list[Callout] = []
    area = inset(canvas.rect, canvas.units(_GAP_UNITS))
    labels = [_label(canvas, text, min(max_width, area.width)) for _, text in explanations]
    small = [
        part for (part, _), (size, _) in zip(explanations, labels, strict=True) if not _holds(part, size)
    ]
    for (part, _), (size, lines) in zip(explanations, labels, strict=True):
        taken = [
            callout.label.inflate(canvas.units(_GAP_UNITS), canvas.units(_GAP_UNITS)) for callout in placed
        ]
        label = _free_place(canvas, area, part, size, [*taken, *small]) or _free_place(
            canvas, area, part, size, taken
        )
        if label is not None:
            placed.append(Callout(part, label, lines))
    return placed


def _label(canvas: Canvas, text: str, max_width: int) -> tuple[tuple[int, int], tuple[str, ...]]:
    """(size, lines) of a label."""
    padding = canvas.units(_PADDING_UNITS)
    available = max_width - 2 * padding
    lines = tuple(canvas.wrap(break_long_words(canvas, text, available), available))
    width = max(canvas.text_width(line) for line in lines)
    return (width + 2 * padding, canvas.lines_height(len(lines)) + 2 * padding), lines


def _holds(part: Rect, size: tuple[int, int]) -> bool:
    """Whether a label in a part leaves most of it visible."""
    return part.width > size[0] and part.height > 2 * size[1]


def _free_place(
    canvas: Canvas, area: Rect, part: Rect, size: tuple[int, int], taken: Sequence[Rect]
) -> Rect | None:
    """The nearest place to the middle of a part that is free; None if there is none."""
    width, height = size
    if width > area.width or height > area.height:
        return None
    nearest = Rect(part.centerx - width // 2, part.centery - height // 2, width, height).clamp(area)
    step = canvas.units(_STEP_UNITS)
    xs = {nearest.x, *range(area.left, area.right - width + 1, step)}
    ys = {nearest.y, *range(area.top, area.bottom - height + 1, step)}
    obstacles = list(taken)
    for _, x, y in sorted((abs(x - nearest.x) + abs(y - nearest.y), x, y) for x in xs for y in ys):
        place = Rect(x, y, width, height)
        if place.collidelist(obstacles) < 0:
            return place
    return None


def draw_callouts(canvas: Canvas, callouts: Sequence[Callout]) -> None:
    """Outline the parts, and draw the labels with their lines."""
    theme = canvas.theme
    for callout in callouts:
        canvas.draw_border(
            callout.part.inflate(canvas.units(2), canvas.units(2)), theme.accent, canvas.hairline
        )
    for callout in callouts:
        start, end = line_ends(callout)
        pygame.draw.line(canvas.surface, theme.accent, start, end, canvas.units(1))
        pygame.draw.circle(canvas.surface, theme.accent, end, canvas.units(2))
    for callout in callouts:
        canvas.draw_rounded(callout.label, theme.accent)
        inside = callout.label.inflate(canvas.units(-2), canvas.units(-2))
        canvas.draw_rounded(inside, theme.panel)
        canvas.lines_in(callout.lines, inside, theme.text)


def line_ends(callout: Callout) -> tuple[tuple[int, int], tuple[int, int]]:
    """(the end at the label, the end at the part): the shortest line to the part's edge."""
    part, label = callout.part, callout.label
    x, y = label.center
    if part.contains(label):
        edges = ((part.left, y), (part.right - 1, y), (x, part.top), (x, part.bottom - 1))
        end = min(edges, key=lambda point: abs(point[0] - x) + abs(point[1] - y))
    else:
        end = min(max(x, part.left), part.right - 1), min(max(y, part.top), part.bottom - 1)
    start = min(max(end[0], label.left), label.right - 1), min(max(end[1], label.top), label.bottom - 1)
    return start, end
