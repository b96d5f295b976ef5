"""The background of all screens: a gradient, darker at the top, with faint outlines of tetrominoes."""

from __future__ import annotations

import random

import pygame
from pygame import Rect, Surface

from tetris_arcade.engine.tetromino import orientation
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.theme import blend

_BANDS = 30
_CELL_UNITS = 11
_FIELD = 5
"""Each tetromino has a square field of this many cells per side."""


def draw_backdrop(canvas: Canvas) -> None:
    """Draw the background over the whole canvas."""
    key = ("backdrop", canvas.rect.size, canvas.theme.name, canvas.unit_px)
    canvas.surface.blit(canvas.cache.get(key, lambda: _paint(canvas)), (0, 0))


def _paint(canvas: Canvas) -> Surface:
    image = Surface(canvas.rect.size)
    if pygame.display.get_surface() is not None:
        image = image.convert()
    theme, (width, height) = canvas.theme, canvas.rect.size
    for band in range(_BANDS):
        top, bottom = height * band // _BANDS, height * (band + 1) // _BANDS
        color = blend(theme.background, theme.backdrop, (band / _BANDS) ** 1.6)
        image.fill(color, Rect(0, top, width, bottom - top))
    cell = canvas.units(_CELL_UNITS)
    rng = random.Random(5)  # always the same picture
    for y in range(0, height, _FIELD * cell):
        for x in range(0, width, _FIELD * cell):
            if rng.random() < 0.5:
                at = (x + rng.randrange(2) * cell, y + rng.randrange(2) * cell)
                _draw_outline(canvas, image, at, rng.randrange(7), rng.randrange(4), cell)
    return image


def _draw_outline(
    canvas: Canvas, image: Surface, at: tuple[int, int], piece: int, rotation: int, cell: int
) -> None:
    color = blend(canvas.theme.backdrop, canvas.theme.pieces[piece], 0.07)
    rows, cols = orientation(piece, rotation).cells.nonzero()
    for row, col in zip(rows.tolist(), cols.tolist(), strict=True):
        square = Rect(at[0] + col * cell, at[1] + row * cell, cell - canvas.units(1), cell - canvas.units(1))
        pygame.draw.rect(image, color, square, canvas.units(1))
