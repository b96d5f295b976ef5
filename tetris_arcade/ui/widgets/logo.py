"""The title in letters built of tetromino cells; any text will do."""

from __future__ import annotations

from pygame import Rect, Surface

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.font import GLYPH_SIZE, glyph_rows
from tetris_arcade.ui.widgets.cells import cell_sprites

_ROWS_USED = 7


def draw_logo(canvas: Canvas, rect: Rect, title: str) -> Rect:
    """Draw the title as large as it fits, on one line or a word a line; returns where it lies."""
    words = title.upper().split() or [""]
    one_line = [" ".join(words)]
    size = max(_cell(rect, one_line), _cell(rect, words))
    lines = one_line if _cell(rect, one_line) >= size else words
    height = len(lines) * (_ROWS_USED + 2) * size
    y = rect.y + (rect.height - height) // 2
    start = 0
    for line in lines:
        image = _line(canvas, line, size, start)
        canvas.surface.blit(image, (rect.centerx - image.get_width() // 2, y))
        y += (_ROWS_USED + 2) * size
        start += len(line)
    return Rect(rect.x, rect.y + (rect.height - height) // 2, rect.width, height)


def _cell(rect: Rect, lines: list[str]) -> int:
    longest = max(len(line) for line in lines) * GLYPH_SIZE
    return max(1, min(rect.width // max(1, longest), rect.height // (len(lines) * (_ROWS_USED + 2))))


def _line(canvas: Canvas, line: str, size: int, start: int) -> Surface:
    def make() -> Surface:
        image = Surface((max(1, len(line)) * GLYPH_SIZE * size, GLYPH_SIZE * size))
        image.set_colorkey((0, 0, 0))
        for index, char in enumerate(line):
            sprite = cell_sprites(canvas, size)[(start + index) % 7 + 1]
            assert sprite is not None
            for y, bits in enumerate(glyph_rows(char)):
                for x in range(GLYPH_SIZE):
                    if bits >> (7 - x) & 1:
                        image.blit(sprite, ((index * GLYPH_SIZE + x) * size, y * size))
        return image

    return canvas.cache.get(("logo", line, size, start, canvas.theme.name), make)
