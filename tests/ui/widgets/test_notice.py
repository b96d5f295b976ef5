"""Notices over a board: all text is shown, inside the board, and the bar is filled to its fraction."""

from __future__ import annotations

import pygame
import pytest
from pygame import Rect, Surface

from tests.recording_canvas import RecordingCanvas
from tests.ui.widgets.board_fixtures import canvas
from tetris_arcade.ui.canvas import SurfaceCache
from tetris_arcade.ui.theme import COLOUR_SAFE
from tetris_arcade.ui.widgets.notice import draw_bar, draw_notice, draw_strip

WELL = Rect(40, 20, 160, 320)


def recording() -> RecordingCanvas:
    return RecordingCanvas(Surface((640, 360)), COLOUR_SAFE, SurfaceCache())


def test_notice_wraps_its_text_inside_the_board() -> None:
    screen = recording()
    line = "a file with_a_name_that_does_not_fit_in_one_line_of_a_board.zip is damaged"
    draw_notice(screen, WELL, "TRAINING FAILED", [line, "ENTER tries again"], screen.theme.error)
    assert screen.cut == []
    assert all(WELL.contains(place) for _, place in screen.places)
    assert "".join(screen.written).replace(" ", "").endswith("isdamagedENTERtriesagain")


def test_notice_without_lines_is_its_title() -> None:
    screen = recording()
    draw_notice(screen, WELL, "GET READY", [], screen.theme.accent)
    assert screen.written == ["GET READY"]


def test_strip_is_at_the_top_of_the_board() -> None:
    screen = recording()
    draw_strip(screen, WELL, "PAUSED", screen.theme.warning)
    ((text, place),) = screen.places
    assert text == "PAUSED"
    assert WELL.top <= place.top < place.bottom < WELL.top + screen.line_height() * 2


@pytest.mark.parametrize(("fraction", "filled"), [(0.0, 0), (0.25, 40), (1.0, 160), (7.0, 160), (-1.0, 0)])
def test_bar_is_filled_to_its_fraction(fraction: float, filled: int) -> None:
    screen = canvas((640, 360))
    draw_bar(screen, Rect(40, 20, 160, 9), fraction, (250, 1, 2))
    row = pygame.surfarray.array3d(screen.surface)[41:199, 24]
    assert (row == (250, 1, 2)).all(axis=1).sum() == min(158, max(0, filled - 1))
