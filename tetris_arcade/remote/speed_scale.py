"""The scale of the speed slider: 0.1 is one piece per second, 1.0 no delay, and even steps feel even."""

from __future__ import annotations

import math

MIN_SCALE, MAX_SCALE = 0.1, 1.0
_TOP_SPEED = 100.0
"""Pieces per second just below the end of the scale."""


def speed_from_scale(scale: float) -> float | None:
    """Pieces per second at a place on the scale, which is clamped; None = no delay."""
    if scale >= MAX_SCALE:
        return None
    share = (max(scale, MIN_SCALE) - MIN_SCALE) / (MAX_SCALE - MIN_SCALE)
    return float(_TOP_SPEED**share)


def scale_from_speed(speed: float | None) -> float:
    """The place of a speed on the scale; speeds beyond it are at its ends, but never at "no delay"."""
    if speed is None:
        return MAX_SCALE
    share = math.log(max(speed, 1.0)) / math.log(_TOP_SPEED)
    return round(min(MIN_SCALE + share * (MAX_SCALE - MIN_SCALE), MAX_SCALE - 0.01), 3)
