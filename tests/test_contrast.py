"""Every text on every screen stands out from what is behind it, in every palette."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pygame
import pytest
from pygame import Rect

from tests.pilot import OpenPilot
from tests.screens import SCREENS, open_screen
from tests.ui.test_theme import READABLE, contrast
from tetris_arcade.config.settings import DisplaySettings
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.theme import THEMES, Color

MIN_SHARE = 0.1
"""Of the pixels behind a text: fainter traces are not its ground."""


def grounds(canvas: Canvas, place: Rect) -> Iterator[Color]:
    """The colours that a text is about to be drawn on."""
    clipped = place.clip(canvas.surface.get_rect())
    if not clipped.width or not clipped.height:
        return
    pixels = pygame.surfarray.array2d(canvas.surface.subsurface(clipped))
    colors, counts = np.unique(pixels, return_counts=True)
    for color in colors[counts >= MIN_SHARE * pixels.size].tolist():
        red, green, blue, _ = canvas.surface.unmap_rgb(color)
        yield red, green, blue


@pytest.mark.system
@pytest.mark.parametrize("palette", THEMES)
@pytest.mark.parametrize("name", SCREENS)
def test_every_text_is_readable(
    open_pilot: OpenPilot, monkeypatch: pytest.MonkeyPatch, name: str, palette: Any
) -> None:
    faint: list[tuple[str, Color, Color]] = []
    draw, aside = Canvas.text, pygame.Surface((640, 360))

    def text(
        canvas: Canvas, line: str, at: tuple[int, int], color: Any = None, *more: Any, **by: Any
    ) -> Rect:
        shown, canvas.surface = canvas.surface, aside  # Where a text is, is known only after it was drawn.
        place = draw(canvas, line, at, color, *more, **by)
        canvas.surface = shown
        ink = color or canvas.theme.text
        behind = grounds(canvas, place) if line.strip() else ()
        faint.extend((line, ink, ground) for ground in behind if contrast(ink, ground) < READABLE)
        return draw(canvas, line, at, color, *more, **by)

    pilot = open_screen(open_pilot, name, (640, 360), DisplaySettings(palette=palette))
    monkeypatch.setattr(Canvas, "text", text)
    for _ in range(3):  # PRESS ANY KEY pulses
        pilot.send()
        pilot.now += 0.3
    assert faint == []
