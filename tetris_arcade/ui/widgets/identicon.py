"""A player's emblem: a mirrored mosaic of cells that its name decides, the same everywhere and every time."""

from __future__ import annotations

import hashlib

from pygame import Rect, Surface

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.layout import centered
from tetris_arcade.ui.theme import Color
from tetris_arcade.ui.widgets.cell_sprites import cell_sprites

_SIDE = 7
"""Cells along a side; the right half mirrors the left."""
_NUM_PIECES = 7


def mosaic(name: str) -> list[list[int]]:
    """The cell values of a name's emblem, 0 empty, 1..7 piece + 1; two of these, mirrored, on (7, 7)."""
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
    """Draw the emblem as large as fits in the middle of a rectangle, in a frame; returns where it is."""
    room = canvas.units(3)
    size = (min(rect.width, rect.height) - 2 * room) // _SIDE
    if size < 2:
        return Rect(rect.center, (0, 0))
    whole = centered(rect, _SIDE * size + 2 * room, _SIDE * size + 2 * room)
    canvas.draw_rounded(whole, color)
    canvas.fill(whole.inflate(canvas.units(-2), canvas.units(-2)), canvas.theme.well)
    picture = canvas.cache.get(
        ("emblem", name, size, canvas.theme.name), lambda: _paint(canvas, mosaic(name), size)
    )
    canvas.surface.blit(picture, (whole.x + room, whole.y + room))
    return whole


def _paint(canvas: Canvas, rows: list[list[int]], size: int) -> Surface:
    picture, sprites = Surface((_SIDE * size, _SIDE * size)), cell_sprites(canvas, size)
    picture.fill(canvas.theme.well)
    for row, values in enumerate(rows):
        for col, value in enumerate(values):
            sprite = sprites[value]
            if sprite is not None:
                picture.blit(sprite, (col * size, row * size))
    return picture
