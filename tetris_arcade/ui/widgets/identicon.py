"""Identicons: a mirrored mosaic of cells for each player, derived from its name."""

from __future__ import annotations

import hashlib

from pygame import Rect, Surface

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered
from tetris_arcade.ui.theme import Color
from tetris_arcade.ui.widgets.cell_sprites import cell_sprites

_SIDE = 7
"""The number of cells per side; the right half mirrors the left."""
_NUM_PIECES = 7


def mosaic(name: str) -> list[list[int]]:
    """The (7, 7) cell values of a name's identicon: 0 (empty) and two of 1..7 (piece + 1)."""
    bits = int.from_bytes(hashlib.sha256(name.encode()).digest())
    first = bits % _NUM_PIECES
    second = (first + 1 + bits // _NUM_PIECES % (_NUM_PIECES - 1)) % _NUM_PIECES
    bits >>= 16
    rows = []
    for _ in range(_SIDE):
        half = []
        for _ in range(_SIDE // 2 + 1):
            half.append((0, first + 1, first + 1, second + 1)[bits & 3])
            bits >>= 2
        rows.append([*half, *half[-2::-1]])
    return rows


def draw_identicon(canvas: Canvas, rect: Rect, name: str, color: Color) -> Rect:
    """Draw a framed identicon in the middle of a rectangle, as large as fits; return its rectangle."""
    margin = canvas.units(3)
    size = (min(rect.width, rect.height) - 2 * margin) // _SIDE
    if size < 2:
        return Rect(rect.center, (0, 0))
    outer = centered(rect, _SIDE * size + 2 * margin, _SIDE * size + 2 * margin)
    canvas.draw_rounded(outer, color)
    canvas.fill(outer.inflate(canvas.units(-2), canvas.units(-2)), canvas.theme.well)
    key = ("identicon", name, size, canvas.theme.name)
    picture = canvas.cache.get(key, lambda: _paint(canvas, mosaic(name), size))
    canvas.surface.blit(picture, (outer.x + margin, outer.y + margin))
    return outer


def _paint(canvas: Canvas, rows: list[list[int]], size: int) -> Surface:
    picture, sprites = Surface((_SIDE * size, _SIDE * size)), cell_sprites(canvas, size)
    picture.fill(canvas.theme.well)
    for row, values in enumerate(rows):
        for col, value in enumerate(values):
            sprite = sprites[value]
            if sprite is not None:
                picture.blit(sprite, (col * size, row * size))
    return picture
