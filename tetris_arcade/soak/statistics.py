"""Statistics over a long time in bounded memory: trends, growth of the low-water mark, frame times."""

from __future__ import annotations

import math
import statistics

_STEP_MS = 0.05
_MAX_MS = 500.0
_MEDIAN_MINUTES = 0.5


class LinearTrend:
    """The slope of the least-squares line through (minutes, value) samples, kept as sums."""

    def __init__(self) -> None:
        self._count = 0
        self._mean_x = self._mean_y = 0.0
        self._xx = self._xy = 0.0

    def add(self, minutes: float, value: float) -> None:
        self._count += 1
        offset = minutes - self._mean_x
        self._mean_x += offset / self._count
        self._mean_y += (value - self._mean_y) / self._count
        self._xx += offset * (minutes - self._mean_x)
        self._xy += offset * (value - self._mean_y)

    @property
    def per_minute(self) -> float | None:
        """None with fewer than three samples, or if all have the same time."""
        return self._xy / self._xx if self._count >= 3 and self._xx > 0.0 else None


class MedianTrend:
    """The slope of the line through the medians of the samples of each half minute.

    During a save the replay buffer is in memory twice: a single sample taken then would change a line through
    all samples by more than the growth that is to be detected.
    """

    def __init__(self) -> None:
        self._trend = LinearTrend()
        self._samples: list[float] = []
        self._started_at = 0.0

    def add(self, minutes: float, value: float) -> None:
        if self._samples and minutes - self._started_at >= _MEDIAN_MINUTES:
            self._close()
        if not self._samples:
            self._started_at = minutes
        self._samples.append(value)

    def _close(self) -> None:
        self._trend.add(self._started_at, statistics.median(self._samples))
        self._samples.clear()

    @property
    def per_minute(self) -> float | None:
        """None before three half minutes are complete."""
        return self._trend.per_minute


class LowWaterGrowth:
    """The difference between the minimum of the last third and the minimum of the middle third.

    Minima, because what comes and goes with a demo's process is not growth.
    """

    def __init__(self) -> None:
        self._middle: float | None = None
        self._last: float | None = None
        self.max = 0

    def add(self, share: float, value: int) -> None:
        """Add a sample, `share` (0..1) of the whole duration after the start; the first third is warm-up."""
        self.update_max(value)
        if share >= 2 / 3:
            self._last = value if self._last is None else min(self._last, value)
        elif share >= 1 / 3:
            self._middle = value if self._middle is None else min(self._middle, value)

    def update_max(self, value: int) -> None:
        """Add a sample that is not comparable with the others: it counts only for the maximum."""
        self.max = max(self.max, value)

    @property
    def amount(self) -> int | None:
        """None if the middle or the last third has no sample."""
        if self._middle is None or self._last is None:
            return None
        return int(self._last - self._middle)


class FrameTimes:
    """A histogram of frame times, and the number of frames that the window dropped."""

    def __init__(self, frame_seconds: float) -> None:
        self._frame_seconds = frame_seconds
        self._bins = [0] * (math.ceil(_MAX_MS / _STEP_MS) + 1)
        self._started_at: float | None = None
        self.count = 0
        self.dropped = 0
        self.max_ms = 0.0

    def add(self, started_at: float, seconds: float) -> None:
        """Add a frame that started at `started_at` and took `seconds`."""
        milliseconds = 1000.0 * seconds
        self._bins[min(int(milliseconds / _STEP_MS), len(self._bins) - 1)] += 1
        self.count += 1
        self.max_ms = max(self.max_ms, milliseconds)
        if self._started_at is not None:
            self.dropped += max(0, round((started_at - self._started_at) / self._frame_seconds) - 1)
        self._started_at = started_at

    def percentile_ms(self, percent: float) -> float:
        """The upper edge of the bin that contains the percentile; 0 without frames."""
        rank, seen = math.ceil(self.count * percent / 100.0), 0
        for index, number in enumerate(self._bins):
            seen += number
            if number and seen >= rank:
                return min((index + 1) * _STEP_MS, self.max_ms)
        return 0.0
