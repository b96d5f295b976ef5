"""The unit of length on the screen, and functions that divide rectangles."""

from __future__ import annotations

from collections.abc import Sequence

from pygame import Rect


def unit_from_size(width: int, height: int) -> int:
    """Pixels per unit: the largest whole number at which 640 x 360 units fit (portrait: 360 x 640); at least
    1."""
    if height > width:
        return max(1, min(width // 360, height // 640))
    return max(1, min(width // 640, height // 360))


def is_portrait(rect: Rect) -> bool:
    return rect.height > rect.width


def inset(rect: Rect, by: int) -> Rect:
    """The rectangle without a margin on every side; its size is never negative."""
    return Rect(rect.x + by, rect.y + by, max(0, rect.width - 2 * by), max(0, rect.height - 2 * by))


def cut_top(rect: Rect, height: int, gap: int = 0) -> tuple[Rect, Rect]:
    """(the top strip, the rest below it)."""
    height = min(height, rect.height)
    rest = Rect(rect.x, rect.y + height + gap, rect.width, max(0, rect.height - height - gap))
    return Rect(rect.x, rect.y, rect.width, height), rest


def cut_bottom(rect: Rect, height: int, gap: int = 0) -> tuple[Rect, Rect]:
    """(the bottom strip, the rest above it)."""
    height = min(height, rect.height)
    rest = Rect(rect.x, rect.y, rect.width, max(0, rect.height - height - gap))
    return Rect(rect.x, rect.bottom - height, rect.width, height), rest


def cut_left(rect: Rect, width: int, gap: int = 0) -> tuple[Rect, Rect]:
    """(the left strip, the rest beside it)."""
    width = min(width, rect.width)
    rest = Rect(rect.x + width + gap, rect.y, max(0, rect.width - width - gap), rect.height)
    return Rect(rect.x, rect.y, width, rect.height), rest


def cut_right(rect: Rect, width: int, gap: int = 0) -> tuple[Rect, Rect]:
    """(the right strip, the rest beside it)."""
    width = min(width, rect.width)
    rest = Rect(rect.x, rect.y, max(0, rect.width - width - gap), rect.height)
    return Rect(rect.right - width, rect.y, width, rect.height), rest


def rows(rect: Rect, weights: Sequence[float], gap: int = 0) -> list[Rect]:
    """Divide a rectangle into rows with heights in proportion to the weights."""
    return [
        Rect(rect.x, start, rect.width, size) for start, size in _spans(rect.y, rect.height, weights, gap)
    ]


def cols(rect: Rect, weights: Sequence[float], gap: int = 0) -> list[Rect]:
    """Divide a rectangle into columns with widths in proportion to the weights."""
    return [
        Rect(start, rect.y, size, rect.height) for start, size in _spans(rect.x, rect.width, weights, gap)
    ]


def centered(rect: Rect, width: int, height: int) -> Rect:
    """A rectangle of the given size in the middle of another."""
    return Rect(rect.x + (rect.width - width) // 2, rect.y + (rect.height - height) // 2, width, height)


def _spans(start: int, length: int, weights: Sequence[float], gap: int) -> list[tuple[int, int]]:
    """(start, size) of each part of a length, in proportion to the weights."""
    free = max(0, length - gap * (len(weights) - 1))
    total, before, spans = sum(weights), 0.0, []
    for index, weight in enumerate(weights):
        first, last = round(free * before / total), round(free * (before + weight) / total)
        spans.append((start + first + index * gap, last - first))
        before += weight
    return spans
