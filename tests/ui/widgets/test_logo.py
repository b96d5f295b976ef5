"""The logo fits its rectangle, and the band of light crosses its letters only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pygame
import pytest
from pygame import Rect

from tests.ui.widgets.board_fixtures import canvas
from tetris_arcade.ui.theme import CLASSIC
from tetris_arcade.ui.widgets.logo import draw_logo

TITLE, ROOM = "TETRIS ARCADE", Rect(20, 20, 300, 160)
Pixels = np.ndarray[Any, np.dtype[np.int16]]


def draw(title: str = TITLE, rect: Rect = ROOM, shine: float | None = None) -> tuple[Pixels, Rect]:
    """(the picture's pixels, the rectangle that the logo says it covers)."""
    screen = canvas((700, 400))
    covered = draw_logo(screen, rect, title, shine)
    return pygame.surfarray.array3d(screen.surface).astype(np.int16), covered


def lit_columns(shine: float | None) -> list[int]:
    """The columns of pixels that a band of light changes."""
    changed = (draw(shine=shine)[0] != draw()[0]).any(axis=2)
    return np.flatnonzero(changed.any(axis=1)).tolist()


@pytest.mark.parametrize("title", [TITLE, "X", "a very long title that nobody would choose"])
@pytest.mark.parametrize("size", [(600, 120), (120, 300)])
def test_logo_fits_its_rectangle(title: str, size: tuple[int, int]) -> None:
    pixels, covered = draw(title, Rect((20, 20), size))
    assert covered.width <= size[0]
    assert covered.height <= size[1] + 8
    drawn = np.argwhere(pixels.any(axis=2))
    assert (drawn.min(axis=0) >= covered.topleft).all()
    assert (drawn.max(axis=0) < covered.bottomright).all()


def test_smallest_logo_has_blocks_of_one_pixel() -> None:
    _, covered = draw("X", Rect(20, 20, 1, 1))
    assert covered.height == 9


def test_letters_take_the_colors_of_the_pieces() -> None:
    safe, other = canvas((700, 400)), canvas((700, 400), CLASSIC)
    for screen in (safe, other):
        draw_logo(screen, ROOM, TITLE)
        pixels = np.unique(pygame.surfarray.array2d(screen.surface)).tolist()
        found = [screen.surface.unmap_rgb(pixel)[:3] for pixel in pixels]
        # The fourth row of blocks has almost the plain colour.
        assert all(
            min(max(abs(a - b) for a, b in zip(piece, color, strict=True)) for color in found) < 16
            for piece in screen.theme.pieces
        )


@pytest.mark.parametrize("shine", [None, 0.0, 1.0])
def test_no_light_before_and_after_the_band(shine: float | None) -> None:
    assert lit_columns(shine) == []


def test_light_crosses_from_left_to_right() -> None:
    covered = draw()[1]
    middles = [np.mean(lit_columns(shine)) for shine in (0.2, 0.4, 0.6, 0.8)]
    assert middles == sorted(middles)
    assert middles[0] < covered.centerx < middles[-1]


@pytest.mark.parametrize("shine", [0.3, 0.5, 0.7])
def test_light_brightens_letters_and_nothing_else(shine: float) -> None:
    plain, lit = draw()[0], draw(shine=shine)[0]
    assert (lit >= plain).all()
    changed = (lit != plain).any(axis=2)
    assert changed.any()
    assert plain[changed].max(axis=1).min() > 20  # neither the outline nor the background
