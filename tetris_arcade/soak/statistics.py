"""Figures over a long time in a bounded space: a line through readings, lows by part of the time, times of
frames."""

from __future__ import annotations

import math
import statistics

_STEP_MS = 0.05
_MAX_MS = 500.0
_MEDIAN_MINUTES = 0.5


class LinearTrend:
    """The least-squares line through (minutes, value), kept as sums."""

    def __init__(self) -> None:
        self._count = 0
        self._mean_x = self._mean_y = 0.0
        self._xx = self._xy = 0.0

    def add(self, minutes: float, value: float) -> None:
        self._count += 1
        away = minutes - self._mean_x
        self._mean_x += away / self._count
        self._mean_y += (value - self._mean_y) / self._count
        self._xx += away * (minutes - self._mean_x)
        self._xy += away * (value - self._mean_y)

    @property
    def per_minute(self) -> float | None:
        """None where there are fewer than three readings, or all at one time."""
        return self._xy / self._xx if self._count >= 3 and self._xx > 0.0 else None


class MedianTrend:
    """The slope through the medians of each half minute's readings.

    A save holds the replay buffer twice for a moment: one reading that happens to fall into it would tilt a
    line through all of them by more than the growth that it is to tell of.
    """

    def __init__(self) -> None:
        self._slope = LinearTrend()
        self._readings: list[float] = []
        self._begun_at = 0.0

    def add(self, minutes: float, value: float) -> None:
        if self._readings and minutes - self._begun_at >= _MEDIAN_MINUTES:
            self._close()
        if not self._readings:
            self._begun_at = minutes
        self._readings.append(value)

    def _close(self) -> None:
        self._slope.add(self._begun_at, statistics.median(self._readings))
        self._readings.clear()

    @property
    def per_minute(self) -> float | None:
        """None where there are fewer than three half minutes that are over."""
        return self._slope.per_minute


class LowWaterGrowth:
    """How much the lowest reading of the last third lies over the lowest of the middle third.

    The lowest, because what comes and goes with a demo's process is no growth.
    """

    def __init__(self) -> None:
        self._middle: float | None = None
        self._last: float | None = None
        self.highest = 0

    def add(self, share: float, value: int) -> None:
        """`share` is how much of the whole time has gone by, 0..1; the first third is not looked at."""
        self.note(value)
        if share >= 2 / 3:
            self._last = value if self._last is None else min(self._last, value)
        elif share >= 1 / 3:
            self._middle = value if self._middle is None else min(self._middle, value)

    def note(self, value: int) -> None:
        """A reading that does not compare with the others, but for how high it is."""
        self.highest = max(self.highest, value)

    @property
    def amount(self) -> int | None:
        """None where a third has no reading."""
        if self._middle is None or self._last is None:
            return None
        return int(self._last - self._middle)


class FrameTimes:
    """A histogram of frames' work, and how many frames the window was late by."""

    def __init__(self, frame_seconds: float) -> None:
        self._frame_seconds = frame_seconds
        self._bins = [0] * (math.ceil(_MAX_MS / _STEP_MS) + 1)
        self._begun_at: float | None = None
        self.count = 0
        self.dropped = 0
        self.max_ms = 0.0

    def add(self, begun_at: float, seconds: float) -> None:
        """A frame that began then and worked for so long."""
        milliseconds = 1000.0 * seconds
        self._bins[min(int(milliseconds / _STEP_MS), len(self._bins) - 1)] += 1
        self.count += 1
        self.max_ms = max(self.max_ms, milliseconds)
        if self._begun_at is not None:
            self.dropped += max(0, round((begun_at - self._begun_at) / self._frame_seconds) - 1)
        self._begun_at = begun_at

    def percentile_ms(self, percent: float) -> float:
        """The upper edge of the bin in which it lies; 0 where there was no frame."""
        wanted, seen = math.ceil(self.count * percent / 100.0), 0
        for index, number in enumerate(self._bins):
            seen += number
            if number and seen >= wanted:
                return min((index + 1) * _STEP_MS, self.max_ms)
        return 0.0
