"""The countdown has the footer's place: no text of it is cut, and no screen is covered."""

from __future__ import annotations

import pytest
from pygame import Surface

from tests.recording_canvas import RecordingCanvas
from tests.screens import SIZES, TEXT_SIZES
from tests.ui.test_theme import READABLE, contrast
from tetris_arcade.scenes.overlays import Overlays
from tetris_arcade.services.key_hints import KeyHints
from tetris_arcade.ui.canvas import SurfaceCache
from tetris_arcade.ui.input import InputMapper
from tetris_arcade.ui.theme import COLOUR_SAFE, THEMES, Theme
from tetris_arcade.ui.widgets.countdown import Countdown


@pytest.mark.parametrize("text_size", TEXT_SIZES)
@pytest.mark.parametrize("size", SIZES)
def test_countdown_covers_no_screen(size: tuple[int, int], text_size: float) -> None:
    canvas = RecordingCanvas(Surface(size), COLOUR_SAFE, SurfaceCache(), text_size)
    overlays = Overlays(KeyHints(InputMapper()))
    overlays.countdown = Countdown(7.2, 0.7)
    bottom = overlays.reserve_bottom(canvas, [])
    overlays.draw(canvas, bottom)
    assert canvas.rect.bottom == bottom.top
    assert canvas.written[0].startswith("STILL THERE?  8")
    assert all(bottom.contains(place) for _, place in canvas.places)
    assert not canvas.cut


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_countdown_is_readable(theme: Theme) -> None:
    assert contrast(theme.accent, theme.background) >= READABLE
