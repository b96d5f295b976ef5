"""One cell of a board as a picture: a colour, and a pattern for eyes that do not tell colours apart."""

from __future__ import annotations

import pygame
from pygame import Rect, Surface

from tetris_arcade.engine.tetromino import GARBAGE
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.theme import Color, Theme, blend

_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


def cell_color(theme: Theme, value: int) -> Color:
    """The colour of a cell value 1..8."""
    return theme.garbage if value == GARBAGE else theme.pieces[value - 1]


def cell_sprites(canvas: Canvas, size: int) -> list[Surface | None]:
    """The pictures of the cell values 0..8 at that size in pixels; empty has none."""
    theme = canvas.theme
    sprites: list[Surface | None] = [None]
    for value in range(1, GARBAGE + 1):
        key = ("cell", theme.name, size, value)
        sprites.append(canvas.cache.get(key, lambda value=value: _paint(theme, value, size)))  # type: ignore[misc]
    return sprites


def cell_veil(canvas: Canvas, size: int, color: Color, alpha: int) -> Surface:
    """A see-through cell, to brighten or to fade what lies under it."""

    def make() -> Surface:
        veil = Surface((size, size), pygame.SRCALPHA)
        veil.fill((*color, alpha))
        return veil

    return canvas.cache.get(("veil", size, color, alpha), make)


def _paint(theme: Theme, value: int, size: int) -> Surface:
    color = cell_color(theme, value)
    surface = Surface((size, size)).convert() if pygame.display.get_surface() else Surface((size, size))
    surface.fill(blend(color, _BLACK, 0.62))
    edge = max(1, size // 10)
    # A dark seam right and below, a light edge left and above: the cell stands out of the well.
    surface.fill(blend(color, _WHITE, 0.45), Rect(0, 0, size - 1, size - 1))
    surface.fill(blend(color, _BLACK, 0.35), Rect(edge, edge, size - 1 - edge, size - 1 - edge))
    face = Rect(edge, edge, max(1, size - 1 - 2 * edge), max(1, size - 1 - 2 * edge))
    surface.fill(color, face)
    _PATTERNS[value - 1](surface, face, blend(color, _BLACK, 0.48), blend(color, _WHITE, 0.55))
    return surface


def _gloss(surface: Surface, face: Rect, dark: Color, light: Color) -> None:
    """I: a bright corner on a plain face."""
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
    """S: steps that rise to the right."""
    _steps(surface, face, dark, is_rising=True)


def _falling(surface: Surface, face: Rect, dark: Color, light: Color) -> None:
    """Z: steps that fall to the right."""
    _steps(surface, face, dark, is_rising=False)


def _steps(surface: Surface, face: Rect, dark: Color, *, is_rising: bool) -> None:
    width = max(2, round(face.width * 0.34))
    for row in range(face.height):
        along = face.height - 1 - row if is_rising else row
        start = max(0, along - width // 2)
        end = min(face.width, along - width // 2 + width)
        surface.fill(dark, Rect(face.x + start, face.y + row, max(0, end - start), 1))


def _across(surface: Surface, face: Rect, dark: Color, light: Color) -> None:
    """J: two bars across."""
    bar = max(1, face.height // 5)
    for share in (0.3, 0.7):
        surface.fill(dark, Rect(face.x, face.y + round(face.height * share) - bar // 2, face.width, bar))


def _upright(surface: Surface, face: Rect, dark: Color, light: Color) -> None:
    """L: two bars upright."""
    bar = max(1, face.width // 5)
    for share in (0.3, 0.7):
        surface.fill(dark, Rect(face.x + round(face.width * share) - bar // 2, face.y, bar, face.height))


def _checks(surface: Surface, face: Rect, dark: Color, light: Color) -> None:
    """Garbage: a checkered face."""
    half_w, half_h = face.width // 2, face.height // 2
    surface.fill(dark, Rect(face.x, face.y, half_w, half_h))
    surface.fill(dark, Rect(face.x + half_w, face.y + half_h, face.width - half_w, face.height - half_h))


_PATTERNS = (_gloss, _ring, _dot, _rising, _falling, _across, _upright, _checks)
"""By cell value less one: I O T S Z J L, garbage."""
