"""Where things are: integer units, and rectangles cut from rectangles."""

from __future__ import annotations

from collections.abc import Sequence

from pygame import Rect


def unit_from_size(width: int, height: int) -> int:
    """Pixels of a unit: the largest whole number at which 640 x 360 units (portrait 360 x 640) fit, at
    least 1."""
    if height > width:
        return max(1, min(width // 360, height // 640))
    return max(1, min(width // 640, height // 360))


def is_portrait(rect: Rect) -> bool:
    return rect.height > rect.width


def inset(rect: Rect, by: int) -> Rect:
    """The rectangle less a margin on every side, never negative."""
    return Rect(rect.x + by, rect.y + by, max(0, rect.width - 2 * by), max(0, rect.height - 2 * by))


def cut_top(rect: Rect, height: int, gap: int = 0) -> tuple[Rect, Rect]:
    """(the top strip, what is left under it)."""
    height = min(height, rect.height)
    left = Rect(rect.x, rect.y + height + gap, rect.width, max(0, rect.height - height - gap))
    return Rect(rect.x, rect.y, rect.width, height), left


def cut_bottom(rect: Rect, height: int, gap: int = 0) -> tuple[Rect, Rect]:
    """(the bottom strip, what is left over it)."""
    height = min(height, rect.height)
    left = Rect(rect.x, rect.y, rect.width, max(0, rect.height - height - gap))
    return Rect(rect.x, rect.bottom - height, rect.width, height), left


def cut_left(rect: Rect, width: int, gap: int = 0) -> tuple[Rect, Rect]:
    """(the left strip, what is left beside it)."""
    width = min(width, rect.width)
    left = Rect(rect.x + width + gap, rect.y, max(0, rect.width - width - gap), rect.height)
    return Rect(rect.x, rect.y, width, rect.height), left


def cut_right(rect: Rect, width: int, gap: int = 0) -> tuple[Rect, Rect]:
    """(the right strip, what is left beside it)."""
    width = min(width, rect.width)
    left = Rect(rect.x, rect.y, max(0, rect.width - width - gap), rect.height)
    return Rect(rect.right - width, rect.y, width, rect.height), left


def rows(rect: Rect, weights: Sequence[float], gap: int = 0) -> list[Rect]:
    """The rectangle in rows, heights in proportion to the weights."""
    return [
        Rect(rect.x, start, rect.width, size) for start, size in _share(rect.y, rect.height, weights, gap)
    ]


def cols(rect: Rect, weights: Sequence[float], gap: int = 0) -> list[Rect]:
    """The rectangle in columns, widths in proportion to the weights."""
    return [
        Rect(start, rect.y, size, rect.height) for start, size in _share(rect.x, rect.width, weights, gap)
    ]


def centered(rect: Rect, width: int, height: int) -> Rect:
    """A rectangle of that size in the middle of another."""
    return Rect(rect.x + (rect.width - width) // 2, rect.y + (rect.height - height) // 2, width, height)


def _share(start: int, length: int, weights: Sequence[float], gap: int) -> list[tuple[int, int]]:
    free = max(0, length - gap * (len(weights) - 1))
    whole, before, spans = sum(weights), 0.0, []
    for k, weight in enumerate(weights):
        first, last = round(free * before / whole), round(free * (before + weight) / whole)
        spans.append((start + first + k * gap, last - first))
        before += weight
    return spans
