"""Larger text is larger everywhere, and nothing that informs vanishes for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from pygame import Surface

from tests.pilot import OpenPilot, Pilot
from tests.screens import SCREENS, SIZES, TEXT_SIZES, open_screen
from tetris_arcade.config.settings import DisplaySettings, Settings
from tetris_arcade.scenes.attract import AttractScene
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.menu_scene import MenuScene
from tetris_arcade.scenes.models.scene import ModelsScene
from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.theme import COLOUR_SAFE

UNSAID_WORDS = {
    *("of", "last", "100", "average", "rate", "exploration", "mean", "moves", "column", "for", "the", "this"),
    *("piece", "after", "move"),
}
"""What shorter forms of labels leave out, which say the same, such as EXPLORING for EXPLORATION RATE."""


def _words(texts: Iterable[str]) -> set[str]:
    """The words of texts, however they are wrapped; numbers may be those of an axis."""
    words = {word.lower().strip(".,:()") for text in texts for word in text.split()}
    return {word for word in words if not re.fullmatch(r"[-+0-9.,]*[kM]?", word)}


def _written(pilot: Pilot) -> list[str]:
    """What is drawn, and what is drawn after turning pages or scrolling."""
    texts, top = list(pilot.canvas.written), pilot.app.top
    if isinstance(top, ChoiceDialog):
        # The screen below is another one of the catalogue.
        starts = [at for at, text in enumerate(texts) if text and top._question.startswith(text)]
        texts = texts[starts[-1] :]
    if isinstance(top, MenuScene):
        texts += [text for entry in top.menu.entries for text in (entry.label, entry.value, entry.left_value)]
    if isinstance(top, ModelsScene):
        texts += [cell for row in top._table.rows for cell in row.cells]
        for _ in range(top._num_pages - 1):
            pilot.press("g")
            texts += pilot.canvas.written
    if isinstance(top, AttractScene):
        texts += [model.display_name for model in top._models]
    return texts


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


@pytest.mark.system
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", SCREENS)
def test_nothing_vanishes(open_pilot: OpenPilot, name: str, size: tuple[int, int]) -> None:
    pilot = open_screen(open_pilot, name, size)
    context = pilot.app.context
    known = _words(_written(pilot))
    for text_size in TEXT_SIZES[1:]:
        context.change_settings(Settings(DisplaySettings(text_size=text_size, window_size=size)))
        for _ in range(3):  # the panels that need several frames
            pilot.send()
        missing = known - _words(_written(pilot))
        if name == "name":  # the wheel turns
            missing -= set("abcdefghijklmnopqrstuvwxyz_")
        assert missing <= UNSAID_WORDS, text_size
        assert not pilot.cut_texts()


NAMES = {
    "duel": ["CHAMPION", "BCTS"],
    "duel setup": ["CHAMPION", "BCTS"],
    "demo": ["CHAMPION"],
    "attract leaders": ["TOP PLAYERS", "PLAYERS"],
    "attract lesson": ["HOW IT WORKS", "HOW IT"],
}
"""Names and headings, and the parts of them that larger text leaves on a line."""


@pytest.mark.system
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_names_and_headings_grow_with_each_step(
    open_pilot: OpenPilot, name: str, size: tuple[int, int]
) -> None:
    pilot = open_screen(open_pilot, name, size)
    heights: dict[str, list[int]] = {text: [] for text in NAMES[name]}
    for text_size in TEXT_SIZES:
        settings = Settings(DisplaySettings(text_size=text_size, window_size=size))
        pilot.app.context.change_settings(settings)
        pilot.send()
        for text in NAMES[name]:
            heights[text] += [place.height for line, place in pilot.canvas.places if line == text][:1]
    grown = [found for found in heights.values() if found]
    assert grown
    assert all(found == sorted(set(found)) for found in grown)


def test_leaders_that_do_not_fit_scroll_by(open_pilot: OpenPilot) -> None:
    pilot = open_screen(open_pilot, "attract leaders", (1280, 720), DisplaySettings(text_size=1.5))
    top = pilot.app.top
    assert isinstance(top, AttractScene)
    names = {model.display_name for model in top._models}
    assert not names <= set(pilot.texts())
    seen = set(pilot.texts())
    while pilot.sees("TOP PLAYERS") or pilot.sees("TOP"):
        seen |= set(pilot.texts())
        pilot.send()
    assert names <= seen


@pytest.mark.parametrize("size", SIZES)
def test_leaders_keep_their_second_line(open_pilot: OpenPilot, size: tuple[int, int]) -> None:
    pilot = open_screen(open_pilot, "attract leaders", size, DisplaySettings(text_size=1.5))
    assert pilot.sees("10 rows")
    assert not pilot.canvas.cut
