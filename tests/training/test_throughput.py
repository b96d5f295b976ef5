"""Rates over windows of at least a second."""

from __future__ import annotations

import pytest

from tetris_arcade.training.throughput import Throughput


def test_rate_is_zero_until_a_second_has_passed() -> None:
    throughput = Throughput()
    assert [throughput.update(count, seconds) for count, seconds in ((0, 5.0), (400, 5.9))] == [0.0, 0.0]
    assert throughput.update(600, 6.2) == pytest.approx(500.0)


def test_rate_covers_the_last_window_only() -> None:
    throughput = Throughput()
    for count, seconds in ((0, 0.0), (1_000, 1.0)):
        throughput.update(count, seconds)
    assert throughput.update(1_010, 2.0) == pytest.approx(10.0)


def test_slow_events_extend_the_window() -> None:
    throughput = Throughput()
    for seconds in (0.0, 1.0, 2.0, 3.0):
        assert throughput.update(7, seconds) == 0.0
    assert throughput.update(8, 4.0) == pytest.approx(0.25)


def test_lower_count_restarts_the_window() -> None:
    throughput = Throughput()
    for count, seconds in ((0, 0.0), (100, 1.0), (5, 2.0)):
        throughput.update(count, seconds)
    assert throughput.update(25, 3.0) == pytest.approx(20.0)
