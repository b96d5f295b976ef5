"""Figures are written for people; queues and lamps fit wherever they are put."""

from __future__ import annotations

import math
from collections.abc import Callable

import pygame
import pytest
from pygame import Rect

from tests.ui.widgets.board_fixtures import canvas
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.widgets.indicator import draw_indicator, draw_play_indicator
from tetris_arcade.ui.widgets.next_queue import draw_next_queue
from tetris_arcade.ui.widgets.stat_line import Stat, draw_big_stat, draw_stats, duration, number, short_number


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


WIDGETS: list[Callable[[Canvas, Rect], object]] = [
    lambda screen, rect: draw_next_queue(screen, rect, (0, 1, 2, 3)),
    lambda screen, rect: draw_play_indicator(screen, rect, greedy=True),
    lambda screen, rect: draw_indicator(screen, rect, "PAUSED", screen.theme.error, is_lit=False),
    lambda screen, rect: draw_big_stat(screen, rect, Stat("LINES", "123")),
]


@pytest.mark.parametrize("widget", range(len(WIDGETS)))
@pytest.mark.parametrize("size", [(0, 0), (3, 3), (30, 90), (60, 40), (200, 40)])
def test_widgets_stay_where_they_are_put(widget: int, size: tuple[int, int]) -> None:
    screen, rect = canvas((400, 300)), Rect((50, 50), size)
    WIDGETS[widget](screen, rect)
    drawn = pygame.mask.from_threshold(screen.surface, (0, 0, 0), (1, 1, 1, 255))
    drawn.invert()
    places = drawn.get_bounding_rects()
    assert bool(places) == (size[0] > 3)
    assert all(rect.contains(place) for place in places)
