"""Statistics in bounded memory."""

from __future__ import annotations

import numpy as np
import pytest

from tetris_arcade.soak.statistics import FrameTimes, LinearTrend, LowWaterGrowth, MedianTrend


def test_trend_is_the_least_squares_trend() -> None:
    generator = np.random.default_rng(3)
    minutes = np.arange(200) / 20.0
    values = 90_000.0 + 37.0 * minutes + generator.normal(0.0, 500.0, 200)
    trend = LinearTrend()
    for at, value in zip(minutes, values, strict=True):
        trend.add(float(at), float(value))
    assert trend.per_minute == pytest.approx(np.polyfit(minutes, values, 1)[0])


def test_few_samples_have_no_trend() -> None:
    trend = LinearTrend()
    for _ in range(5):
        trend.add(1.0, 2.0)
    assert trend.per_minute is None
    assert LinearTrend().per_minute is None


def test_median_trend_ignores_samples_during_a_save() -> None:
    medians, trend = MedianTrend(), LinearTrend()
    for number in range(260):
        minutes = number / 20.0
        memory = 500_000.0 + 37.0 * minutes
        if number in (200, 231, 255):
            memory += 60_000.0
        medians.add(minutes, memory)
        trend.add(minutes, memory)
    assert medians.per_minute == pytest.approx(37.0, abs=0.2)
    assert trend.per_minute is not None
    assert trend.per_minute > 150.0


def test_rare_samples_are_their_own_medians() -> None:
    medians = MedianTrend()
    for minutes in range(5):
        medians.add(float(minutes), 90_000.0 + 37.0 * minutes)
    assert medians.per_minute == pytest.approx(37.0)


def test_growth_counts_only_what_stays() -> None:
    steady, leaking = LowWaterGrowth(), LowWaterGrowth()
    for step in range(90):
        steady.add(step / 90, 20 + 5 * (step % 7 == 0))
        leaking.add(step / 90, 20 + step // 30 + 5 * (step % 7 == 0))
    assert steady.amount == 0
    assert steady.max == 25
    assert leaking.amount == 1


def test_growth_is_none_before_the_last_third() -> None:
    growth = LowWaterGrowth()
    growth.add(0.1, 3)
    growth.add(0.5, 3)
    assert growth.amount is None


def test_percentiles_agree_with_numpy() -> None:
    milliseconds = np.random.default_rng(1).gamma(2.0, 2.0, 5_000)
    frames = FrameTimes(1 / 60)
    for number, time in enumerate(milliseconds):
        frames.add(number / 60, time / 1000)
    assert frames.percentile_ms(50) == pytest.approx(np.percentile(milliseconds, 50), abs=0.06)
    assert frames.percentile_ms(99) == pytest.approx(np.percentile(milliseconds, 99), abs=0.2)
    assert frames.max_ms == pytest.approx(milliseconds.max())
    assert frames.dropped == 0


def test_late_frame_counts_dropped_frames() -> None:
    frames = FrameTimes(1 / 60)
    for begun_at in (0.0, 1 / 60, 5 / 60, 6 / 60):
        frames.add(begun_at, 0.002)
    assert frames.dropped == 3


def test_very_long_frame_is_counted() -> None:
    frames = FrameTimes(1 / 60)
    frames.add(0.0, 3600.0)
    assert frames.percentile_ms(99) > 0.0
    assert frames.max_ms == 3_600_000.0
