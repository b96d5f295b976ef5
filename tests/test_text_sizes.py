"""Larger text is larger everywhere, and what it has no room for is listed here."""

from __future__ import annotations

import pytest
from pygame import Surface

from tests.pilot import OpenPilot
from tests.screens import SIZES, TEXT_SIZES, open_screen
from tetris_arcade.config.settings import DisplaySettings
from tetris_arcade.scenes.training.layout import _LEFT_OUT_FIRST
from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.theme import COLOUR_SAFE

SHORTENED = {"AVERAGE OF LAST 100", "BEST TEST AVERAGE", "EXPLORATION RATE", "MEAN Q-VALUE"}
"""Labels of statistics that have a shorter form."""
VALUES_LEFT_OUT = {"21.87", "22.8k"}
"""Of the statistics that give way first."""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("factor", [1.0, 1.5, 2.0, 3.0])
def test_each_text_size_gives_larger_text(size: tuple[int, int], factor: float) -> None:
    surface, cache = Surface(size), SurfaceCache()
    canvases = [Canvas(surface, COLOUR_SAFE, cache, text_size) for text_size in TEXT_SIZES]
    widths = [canvas.text_width("A line of text", factor) for canvas in canvases]
    heights = [canvas.text_height(factor) for canvas in canvases]
    assert widths == sorted(set(widths))
    assert heights == sorted(set(heights))
    drawn = [canvas.text("A line of text 12", (0, 0), size=factor).width for canvas in canvases]
    assert drawn == [canvas.text_width("A line of text 12", factor) for canvas in canvases]


@pytest.mark.parametrize("size", SIZES)
def test_menu_of_the_title_grows(open_pilot: OpenPilot, size: tuple[int, int]) -> None:
    heights = []
    for text_size in TEXT_SIZES:
        pilot = open_screen(open_pilot, "title", size, DisplaySettings(text_size=text_size))
        assert all(pilot.sees(label) for label in ("Train", "Quit"))
        heights.append(pilot.find("Train").height)
        pilot.close()
    assert heights == sorted(set(heights))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text_size", TEXT_SIZES[1:])
def test_statistics_and_keys_of_the_training_stay(
    open_pilot: OpenPilot, size: tuple[int, int], text_size: float
) -> None:
    normal = open_screen(open_pilot, "training", size, DisplaySettings(text_size=1.0))
    before = normal.texts()
    texts = before[before.index("MOVES") : before.index("NEXT")] + before[before.index("pause") :]
    normal.close()
    pilot = open_screen(open_pilot, "training", size, DisplaySettings(text_size=text_size))
    missing = set(texts) - set(pilot.texts())
    assert missing <= SHORTENED | VALUES_LEFT_OUT | set(_LEFT_OUT_FIRST[:2])


@pytest.mark.parametrize("size", SIZES)
def test_leaders_keep_their_second_line(open_pilot: OpenPilot, size: tuple[int, int]) -> None:
    pilot = open_screen(open_pilot, "attract leaders", size, DisplaySettings(text_size=1.5))
    assert pilot.sees("10 rows")
    assert not pilot.canvas.cut
