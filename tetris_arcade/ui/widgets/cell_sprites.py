"""The pictures of a board's cells: each piece has a colour and a pattern, so that colour is not needed."""

from __future__ import annotations

import pygame
from pygame import Rect, Surface

from tetris_arcade.engine.tetromino import GARBAGE
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.theme import Color, Theme, blend

_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


def cell_color(theme: Theme, value: int) -> Color:
    """The colour of a cell value, 1..8."""
    return theme.garbage if value == GARBAGE else theme.pieces[value - 1]


def cell_sprites(canvas: Canvas, size: int) -> list[Surface | None]:
    """The pictures of the cell values 0..8, `size` pixels wide; None for an empty cell."""
    theme = canvas.theme
    sprites: list[Surface | None] = [None]
    for value in range(1, GARBAGE + 1):
        key = ("cell", theme.name, size, value)
        sprites.append(canvas.cache.get(key, lambda value=value: _paint(theme, value, size)))  # type: ignore[misc]
    return sprites


def cell_overlay(canvas: Canvas, size: int, color: Color, alpha: int) -> Surface:
    """A translucent cell, to brighten or fade the cell below it."""

    def make() -> Surface:
        overlay = Surface((size, size), pygame.SRCALPHA)
        overlay.fill((*color, alpha))
        return overlay

    return canvas.cache.get(("overlay", size, color, alpha), make)


def _paint(theme: Theme, value: int, size: int) -> Surface:
    color = cell_color(theme, value)
    surface = Surface((size, size)).convert() if pygame.display.get_surface() else Surface((size, size))
    surface.fill(blend(color, _BLACK, 0.62))
    edge = max(1, size // 10)
    # A dark edge on the right and below, a light one on the left and above, so that the cell looks raised.
    surface.fill(blend(color, _WHITE, 0.45), Rect(0, 0, size - 1, size - 1))
    surface.fill(blend(color, _BLACK, 0.35), Rect(edge, edge, size - 1 - edge, size - 1 - edge))
    face = Rect(edge, edge, max(1, size - 1 - 2 * edge), max(1, size - 1 - 2 * edge))
    surface.fill(color, face)
    _PATTERNS[value - 1](surface, face, blend(color, _BLACK, 0.48), blend(color, _WHITE, 0.55))
    return surface


def _gloss(surface: Surface, face: Rect, dark: Color, light: Color) -> None:
    """I: a bright corner."""
    part = max(1, face.width // 3)
    surface.fill(light, Rect(face.x, face.y, part, max(1, part // 2)))
    surface.fill(light, Rect(face.x, face.y, max(1, part // 2), part))


def _ring(surface: Surface, face: Rect, dark: Color, light: Color) -> None:
    """O: a hollow square."""
    by = max(1, face.width // 5)
    pygame.draw.rect(surface, dark, face.inflate(-2 * by, -2 * by), max(1, face.width // 7))


def _dot(surface: Surface, face: Rect, dark: Color, light: Color) -> None:
    """T: a square dot."""
    part = max(2, round(face.width * 0.4))
    surface.fill(dark, Rect(face.centerx - part // 2, face.centery - part // 2, part, part))


def _rising(surface: Surface, face: Rect, dark: Color, light: Color) -> None:
    """S: a diagonal that rises to the right."""
    _diagonal(surface, face, dark, is_rising=True)


def _falling(surface: Surface, face: Rect, dark: Color, light: Color) -> None:
    """Z: a diagonal that falls to the right."""
    _diagonal(surface, face, dark, is_rising=False)


def _diagonal(surface: Surface, face: Rect, dark: Color, *, is_rising: bool) -> None:
    width = max(2, round(face.width * 0.34))
    for row in range(face.height):
        along = face.height - 1 - row if is_rising else row
        start = max(0, along - width // 2)
        end = min(face.width, along - width // 2 + width)
        surface.fill(dark, Rect(face.x + start, face.y + row, max(0, end - start), 1))


def _horizontal_bars(surface: Surface, face: Rect, dark: Color, light: Color) -> None:
    """J: two horizontal bars."""
    bar = max(1, face.height // 5)
    for share in (0.3, 0.7):
        surface.fill(dark, Rect(face.x, face.y + round(face.height * share) - bar // 2, face.width, bar))


def _vertical_bars(surface: Surface, face: Rect, dark: Color, light: Color) -> None:
    """L: two vertical bars."""
    bar = max(1, face.width // 5)
    for share in (0.3, 0.7):
        surface.fill(dark, Rect(face.x + round(face.width * share) - bar // 2, face.y, bar, face.height))


def _checkers(surface: Surface, face: Rect, dark: Color, light: Color) -> None:
    """Garbage: a checkerboard."""
    half_w, half_h = face.width // 2, face.height // 2
    surface.fill(dark, Rect(face.x, face.y, half_w, half_h))
    surface.fill(dark, Rect(face.x + half_w, face.y + half_h, face.width - half_w, face.height - half_h))


_PATTERNS = (_gloss, _ring, _dot, _rising, _falling, _horizontal_bars, _vertical_bars, _checkers)
"""By cell value - 1: I O T S Z J L, garbage."""
