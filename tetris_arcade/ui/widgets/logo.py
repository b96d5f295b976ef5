"""Draws the title in letters built of blocks, lit from above, with a dark side below; any text will do."""

from __future__ import annotations

from collections.abc import Sequence

import pygame
from pygame import Rect, Surface

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.font import glyph_rows, glyph_span, text_cols
from tetris_arcade.ui.theme import Color, blend

_ROWS = 7
_LINE_ROWS = 9
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
_DEPTH = 0.7
"""Height of the letters' side below them, in blocks."""
_SHINE_LEVEL = 64
"""Added to each colour channel under the band of light."""
_SHINE_COLS = 5
"""Width of the band of light, in blocks."""


def draw_logo(canvas: Canvas, rect: Rect, title: str, shine: float | None = None) -> Rect:
    """Draw the title as large as it fits, in one line or one line per word; return the rectangle it covers.

    `shine` (0..1) is the progress of a slanted band of light that crosses the letters from left to right,
    None for no band. At 0 and 1 the band is outside the letters.
    """
    words = title.upper().split() or [""]
    one_line = [" ".join(words)]
    lines = one_line if _block_size(rect, one_line) >= _block_size(rect, words) else words
    size = _block_size(rect, lines)
    height = (len(lines) * _LINE_ROWS - 1) * size
    y = rect.y + (rect.height - height) // 2
    covered = Rect(rect.centerx, y, 0, height)
    first_letter, bright_lines = 0, []
    for line in lines:
        image = _line_image(canvas, line, size, first_letter)
        place = image.get_rect(topleft=(rect.centerx - image.get_width() // 2, y - size // 2))
        canvas.surface.blit(image, place)
        if shine is not None:
            bright_lines.append((_line_image(canvas, line, size, first_letter, is_bright=True), place))
        covered.union_ip(place)
        y += _LINE_ROWS * size
        first_letter += len(line.replace(" ", ""))
    if shine is not None:
        _draw_shine(canvas, bright_lines, covered, size, shine)
    return covered


def _draw_shine(
    canvas: Canvas, bright_lines: Sequence[tuple[Surface, Rect]], covered: Rect, size: int, shine: float
) -> None:
    """Draw the part of the bright letters that is under the band; the band leans by one col per two rows."""
    width, lean = _SHINE_COLS * size, covered.height // 2
    left = covered.x - width + round(shine * (covered.width + width + lean))
    for image, place in bright_lines:
        for top in range(0, place.height, size):
            x = left - (place.y + top - covered.y) // 2
            lit = Rect(x - place.x, top, width, size).clip(image.get_rect())
            canvas.surface.blit(image, place.move(lit.topleft), lit)


def _block_size(rect: Rect, lines: Sequence[str]) -> int:
    """Pixels per block: the largest whole number at which the lines fit, at least 1."""
    cols = max(text_cols(line) for line in lines) + 1
    return max(1, min(rect.width // cols, rect.height // (len(lines) * _LINE_ROWS)))


def _line_image(
    canvas: Canvas, line: str, size: int, first_letter: int, *, is_bright: bool = False
) -> Surface:
    paint = _paint_bright_line if is_bright else _paint_line
    key = ("logo", line, size, first_letter, canvas.theme.name, is_bright)
    return canvas.cache.get(key, lambda: paint(canvas, line, size, first_letter))


def _paint_line(canvas: Canvas, line: str, size: int, first_letter: int) -> Surface:
    """Paint a line over a dark outline, with a margin of half a block on every side."""
    image = _paint_letters(canvas, line, size, first_letter)
    outlined = Surface(image.get_size(), pygame.SRCALPHA)
    margin, depth = size // 2, _depth(size)
    for row, col, _ in _blocks(line):
        square = Rect(margin + col * size, margin + row * size, size, size + depth)
        outlined.fill((*canvas.theme.background, 255), square.inflate(canvas.units(2), canvas.units(2)))
    outlined.blit(image, (0, 0))
    return outlined


def _paint_bright_line(canvas: Canvas, line: str, size: int, first_letter: int) -> Surface:
    image = _paint_letters(canvas, line, size, first_letter)
    image.fill((_SHINE_LEVEL, _SHINE_LEVEL, _SHINE_LEVEL, 0), special_flags=pygame.BLEND_RGB_ADD)
    return image


def _paint_letters(canvas: Canvas, line: str, size: int, first_letter: int) -> Surface:
    """Paint a line's blocks and their sides on a transparent image."""
    image = Surface(((text_cols(line) + 1) * size, (_ROWS + 2) * size), pygame.SRCALPHA)
    blocks = _blocks(line)
    margin = size // 2
    for row, col, letter in blocks:
        side = blend(_letter_color(canvas, first_letter + letter), _BLACK, 0.62)
        image.fill(side, Rect(margin + col * size, margin + row * size, size, size + _depth(size)))
    for row, col, letter in blocks:
        place = Rect(margin + col * size, margin + row * size, size, size)
        _paint_block(image, place, _lit(_letter_color(canvas, first_letter + letter), row))
    return image


def _depth(size: int) -> int:
    return max(1, round(size * _DEPTH))


def _blocks(line: str) -> list[tuple[int, int, int]]:
    """(row, col, number of the letter) of every block."""
    blocks, left, letter = [], 0, 0
    for char in line:
        first, cols = glyph_span(char)
        for row, bits in enumerate(glyph_rows(char)[:_ROWS]):
            blocks += [(row, left + x, letter) for x in range(cols) if bits >> (7 - first - x) & 1]
        left += cols + 1
        letter += char != " "
    return blocks


def _letter_color(canvas: Canvas, number: int) -> Color:
    return canvas.theme.pieces[number % len(canvas.theme.pieces)]


def _lit(color: Color, row: int) -> Color:
    """Brighter in the upper rows, darker in the lower ones."""
    return blend(color, _WHITE, 0.32 - 0.1 * row) if row < 3 else blend(color, _BLACK, 0.06 * (row - 3))


def _paint_block(image: Surface, place: Rect, color: Color) -> None:
    line = max(1, place.width // 8)
    image.fill(blend(color, _BLACK, 0.3), place)
    image.fill(blend(color, _WHITE, 0.4), Rect(place.x, place.y, place.width - line, place.height - line))
    inner = Rect(place.x + line, place.y + line, place.width - 2 * line, place.height - 2 * line)
    image.fill(color, inner)
