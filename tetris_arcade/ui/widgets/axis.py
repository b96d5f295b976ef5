"""Positions and texts of the labels of an axis."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tetris_arcade.languages import get_language

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def nice_step(span: float, max_parts: int) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that cuts a span into at most `max_parts`."""
    raw = span / max(1, max_parts)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step * power for step in _STEPS if step * power >= raw * (1.0 - 1e-9))


def ticks(low: float, high: float, max_count: int) -> list[float]:
    """Round numbers within low..high, about `max_count` at most."""
    if not high > low or max_count < 1:
        return [low]
    step = nice_step(high - low, max_count)
    first = math.ceil(low / step - 1e-9)
    return [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]


def labels(values: Sequence[float]) -> list[str]:
    """Format numbers in as few characters as distinguish them, with k, M or G for large ones."""
    largest = max((abs(value) for value in values), default=0.0)
    for limit, suffix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if largest >= limit:
            return [_plain(value / limit, largest / limit) + (suffix if value else "") for value in values]
    return [_plain(value, largest) for value in values]


def _plain(value: float, largest: float) -> str:
    digits = 3 if largest < 0.01 else 3 if largest < 0.1 else 2
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace(".", get_language().decimal)


def padded_range(low: float, high: float) -> tuple[float, float]:
    """The range of an axis: never empty, and from zero if the values are positive and not far from it."""
    if low >= 0.0 and low < 0.7 * high:
        low = 0.0
    span = high - low
    if span <= 0.0:
        span = abs(high) or 1.0
        return (0.0, high + 0.1 * span) if high > 0 else (low - 0.5 * span, high + 0.5 * span)
    return (low if low == 0.0 else low - 0.06 * span), high + 0.08 * span
