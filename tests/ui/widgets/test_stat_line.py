"""Numbers are short and readable, and statistics are drawn as whole lines."""

from __future__ import annotations

import math

import pytest
from pygame import Rect

from tests.ui.widgets.board_fixtures import canvas
from tetris_arcade.ui.widgets.stat_line import Stat, draw_stats, duration, number, short_number


@pytest.mark.parametrize(
    ("value", "text"),
    [(7, "7"), (950, "950"), (12_500, "12.5k"), (3_210_000, "3.21M"), (0.25, "0.25"), (math.nan, "--")],
)
def test_short_numbers(value: float, text: str) -> None:
    assert short_number(value) == text


def test_numbers_and_durations() -> None:
    assert number(1_234_567) == "1,234,567"
    assert number(math.nan, 1) == "--"
    assert duration(3_725.9) == "1:02:05"


def test_only_whole_lines_are_drawn() -> None:
    screen = canvas()
    step = screen.line_height()
    assert draw_stats(screen, Rect(0, 0, 100, 2 * step + 3), [Stat("A", "1")] * 5) == 2 * step
