"""The title in letters built of blocks, lit from above and deep as a cabinet's sign; any text will do."""

from __future__ import annotations

import pygame
from pygame import Rect, Surface

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.font import glyph_rows, glyph_span, text_cols
from tetris_arcade.ui.theme import Color, blend

_ROWS = 7
_LINE_ROWS = 9
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
_DEPTH = 0.7
"""How deep the letters are, in blocks."""


def draw_logo(canvas: Canvas, rect: Rect, title: str, shine: float | None = None) -> Rect:
    """Draw the title as large as it fits, on one line or a word a line; returns where it lies.

    shine: 0..1, how far a glint has run over it from left to right; None where there is none.
    """
    words = title.upper().split() or [""]
    one_line = [" ".join(words)]
    lines = one_line if _block(rect, one_line) >= _block(rect, words) else words
    size = _block(rect, lines)
    height = (len(lines) * _LINE_ROWS - 1) * size
    y = rect.y + (rect.height - height) // 2
    whole = Rect(rect.centerx, y, 0, height)
    start = 0
    for line in lines:
        key = ("logo", line, size, start, canvas.theme.name)
        image = canvas.cache.get(key, lambda line=line, start=start: _paint(canvas, line, size, start))  # type: ignore[misc]
        whole = whole.union(
            canvas.surface.blit(image, (rect.centerx - image.get_width() // 2, y - size // 2))
        )
        y += _LINE_ROWS * size
        start += len(line.replace(" ", ""))
    return whole


def _brighten(image: Surface) -> Surface:
    bright = image.copy()
    bright.fill((70, 70, 70, 0), special_flags=pygame.BLEND_RGB_ADD)
    return bright


def _draw_glint(canvas: Canvas, bright: Surface, at: tuple[int, int], size: int, shine: float) -> None:
    """A leaning bar of the brighter picture, a row of blocks at a time."""
    width, reach = bright.get_width(), 4 * size
    x = round(shine * (width + 3 * reach)) - 2 * reach
    for row in range(bright.get_height() // size + 1):
        part = Rect(x + reach - row * size // 2, row * size, reach, size)
        canvas.surface.blit(bright, (at[0] + part.x, at[1] + part.y), part)


def _block(rect: Rect, lines: list[str]) -> int:
    """Pixels of a block, the largest whole number at which the lines fit."""
    cols = max(text_cols(line) for line in lines) + 1
    return max(1, min(rect.width // cols, rect.height // (len(lines) * _LINE_ROWS)))


def _paint(canvas: Canvas, line: str, size: int, start: int) -> Surface:
    """A line with half a block of margin all round."""
    image = Surface(((text_cols(line) + 1) * size, (_ROWS + 2) * size), pygame.SRCALPHA)
    blocks = _blocks(line)
    margin, deep = size // 2, max(1, round(size * _DEPTH))
    halo = (*canvas.theme.background, 255)
    for row, col, _ in blocks:
        square = Rect(margin + col * size, margin + row * size, size, size + deep)
        image.fill(halo, square.inflate(canvas.units(2), canvas.units(2)))
    for row, col, letter in blocks:
        side = blend(_color(canvas, start + letter), _BLACK, 0.62)
        image.fill(side, Rect(margin + col * size, margin + row * size, size, size + deep))
    for row, col, letter in blocks:
        place = Rect(margin + col * size, margin + row * size, size, size)
        _paint_block(image, place, _lit(_color(canvas, start + letter), row))
    return image


def _blocks(line: str) -> list[tuple[int, int, int]]:
    """(row, col, number of the letter) of every block."""
    found, left = [], 0
    letter = 0
    for char in line:
        first, cols = glyph_span(char)
        for row, bits in enumerate(glyph_rows(char)[:_ROWS]):
            found += [(row, left + x, letter) for x in range(cols) if bits >> (7 - first - x) & 1]
        left += cols + 1
        letter += char != " "
    return found


def _color(canvas: Canvas, number: int) -> Color:
    return canvas.theme.pieces[number % len(canvas.theme.pieces)]


def _lit(color: Color, row: int) -> Color:
    """Brighter above, darker below."""
    return blend(color, _WHITE, 0.32 - 0.1 * row) if row < 3 else blend(color, _BLACK, 0.06 * (row - 3))


def _paint_block(image: Surface, place: Rect, color: Color) -> None:
    line = max(1, place.width // 8)
    image.fill(blend(color, _BLACK, 0.3), place)
    image.fill(blend(color, _WHITE, 0.4), Rect(place.x, place.y, place.width - line, place.height - line))
    inner = Rect(place.x + line, place.y + line, place.width - 2 * line, place.height - 2 * line)
    image.fill(color, inner)
