"""Widgets draw within their rectangles, however small."""

from __future__ import annotations

from collections.abc import Callable

import pygame
import pytest
from pygame import Rect

from tests.ui.widgets.board_fixtures import canvas
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.widgets.indicator import draw_indicator, draw_play_indicator
from tetris_arcade.ui.widgets.next_queue import draw_next_queue
from tetris_arcade.ui.widgets.stat_line import Stat, draw_big_stat

WIDGETS: list[Callable[[Canvas, Rect], object]] = [
    lambda screen, rect: draw_next_queue(screen, rect, (0, 1, 2, 3)),
    lambda screen, rect: draw_play_indicator(screen, rect, greedy=True),
    lambda screen, rect: draw_indicator(screen, rect, "PAUSED", screen.theme.error, is_lit=False),
    lambda screen, rect: draw_big_stat(screen, rect, Stat("LINES", "123")),
]


@pytest.mark.parametrize("widget", range(len(WIDGETS)))
@pytest.mark.parametrize("size", [(0, 0), (3, 3), (30, 90), (60, 40), (200, 40)])
def test_widget_stays_in_its_rectangle(widget: int, size: tuple[int, int]) -> None:
    screen, rect = canvas((400, 300)), Rect((50, 50), size)
    WIDGETS[widget](screen, rect)
    drawn = pygame.mask.from_threshold(screen.surface, (0, 0, 0), (1, 1, 1, 255))
    drawn.invert()
    places = drawn.get_bounding_rects()
    assert bool(places) == (size[0] > 3)
    assert all(rect.contains(place) for place in places)
