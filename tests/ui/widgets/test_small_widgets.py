"""Figures are written for people; queues and lamps fit wherever they are put."""

from __future__ import annotations

import math

import pytest
from pygame import Rect

from tests.ui.widgets.boards import canvas
from tetris_arcade.ui.widgets.lamp import draw_lamp, draw_play_lamp
from tetris_arcade.ui.widgets.next_queue import draw_next_queue
from tetris_arcade.ui.widgets.stat import Stat, draw_big_stat, draw_stats, duration, number, short_number


@pytest.mark.parametrize(
    ("value", "text"),
    [(7, "7"), (950, "950"), (12_500, "12.5k"), (3_210_000, "3.21M"), (0.25, "0.25"), (math.nan, "--")],
)
def test_short_numbers(value: float, text: str) -> None:
    assert short_number(value) == text


def test_figures_are_written_for_people() -> None:
    assert number(1_234_567) == "1,234,567"
    assert number(math.nan, 1) == "--"
    assert duration(3_725.9) == "1:02:05"


def test_only_whole_lines_of_figures_are_drawn() -> None:
    screen = canvas()
    step = screen.line_height()
    assert draw_stats(screen, Rect(0, 0, 100, 2 * step + 3), [Stat("A", "1")] * 5) == 2 * step


@pytest.mark.parametrize("size", [(0, 0), (3, 3), (30, 90), (200, 40)])
def test_widgets_fit_wherever_they_are_put(size: tuple[int, int]) -> None:
    screen, rect = canvas(), Rect((5, 5), size)
    screen.surface.set_clip(rect)
    draw_next_queue(screen, rect, (0, 1, 2, 3))
    draw_play_lamp(screen, rect, greedy=True)
    draw_lamp(screen, rect, "PAUSED", screen.theme.bad, is_lit=False)
    draw_big_stat(screen, rect, Stat("LINES", "123"))
