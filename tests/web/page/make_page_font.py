"""Makes the web page's font file from the window's pixel font. Needs fonttools and brotli.

    python -m tests.web.page.make_page_font

The file has the window's own glyphs and the Latin letters with marks; a browser takes all other characters
from the fonts of its system.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-not-found]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-not-found]
from numpy.typing import NDArray

import tetris_arcade.web
from tetris_arcade.ui import font

PATH = Path(tetris_arcade.web.__file__).parent / "static" / "pixel.woff2"
LATIN_WITH_MARKS = (*range(0xC0, 0x180), *range(0x218, 0x21C))
_FINE = 2
"""Pixels of a file's glyph per column of the font, as letters with marks need them."""
_UNITS_PER_EM = 1024
_UNIT = _UNITS_PER_EM // (font.GLYPH_SIZE * _FINE)
_BASELINE_ROW = 7


def font_characters() -> list[str]:
    """All characters in the file."""
    marked = [chr(code) for code in LATIN_WITH_MARKS if font.split_letter(chr(code))[0]]
    return sorted({*font._GLYPHS, *marked})


def glyph_pixels(char: str) -> NDArray[np.bool_]:
    """(16, cols) bool: a glyph at twice the resolution, without empty columns at its sides."""
    own = char in font._GLYPHS
    pixels = None if own else font._other_pixels(char)
    if pixels is None:
        rows = np.frombuffer(font.glyph_rows(char), np.uint8)[:, np.newaxis]
        pixels = np.unpackbits(rows, axis=1).repeat(_FINE, axis=0).repeat(_FINE, axis=1).astype(np.bool_)
    first, cols = font.glyph_span(char)
    return pixels[:, first * _FINE : (first + cols) * _FINE]


def outlines(pixels: NDArray[np.bool_]) -> Iterator[list[tuple[int, int]]]:
    """The closed outlines of filled pixels as corners (x, y), y upwards, filled on the right-hand side."""
    edges: dict[tuple[int, int], list[tuple[int, int]]] = {}
    padded = np.pad(pixels, 1)
    for row, col in np.argwhere(pixels).tolist():
        around = (
            (padded[row, col + 1], (col, row), (col + 1, row)),
            (padded[row + 1, col + 2], (col + 1, row), (col + 1, row + 1)),
            (padded[row + 2, col + 1], (col + 1, row + 1), (col, row + 1)),
            (padded[row + 1, col], (col, row + 1), (col, row)),
        )
        for is_inside, start, end in around:
            if not is_inside:
                edges.setdefault(start, []).append(end)
    while edges:
        yield _without_straight_corners(_walk(edges))


def _walk(edges: dict[tuple[int, int], list[tuple[int, int]]]) -> list[tuple[int, int]]:
    """Remove one closed outline from the edges and return its corners; it turns right where pixels touch."""
    start = point = next(iter(edges))
    heading, corners = (0, 0), []
    while True:
        ends = edges[point]
        turned = (point[0] - heading[1], point[1] + heading[0])
        end = turned if turned in ends else ends[0]
        ends.remove(end)
        if not ends:
            del edges[point]
        corners.append(point)
        heading, point = (end[0] - point[0], end[1] - point[1]), end
        if point == start and (start not in edges or len(corners) > 3):
            return corners


def _without_straight_corners(corners: list[tuple[int, int]]) -> list[tuple[int, int]]:
    def is_corner(index: int) -> bool:
        (ax, ay), (bx, by), (cx, cy) = corners[index - 1], corners[index], corners[(index + 1) % len(corners)]
        return (bx - ax) * (cy - by) != (by - ay) * (cx - bx)

    kept = [corners[index] for index in range(len(corners)) if is_corner(index)]
    return [(x * _UNIT, (_BASELINE_ROW * _FINE - y) * _UNIT) for x, y in kept]


def make_font(path: Path = PATH) -> None:
    """Write the file; the same glyphs give the same bytes."""
    glyphs, widths, codes = {}, {}, {}
    for char in font_characters():
        name = f"u{ord(char):04X}"
        pen = TTGlyphPen(None)
        for outline in outlines(glyph_pixels(char)):
            pen.moveTo(outline[0])
            for point in outline[1:]:
                pen.lineTo(point)
            pen.closePath()
        glyphs[name], codes[ord(char)] = pen.glyph(), name
        widths[name] = (font.glyph_span(char)[1] + 1) * _FINE * _UNIT
    codes[0xA0] = codes[0x202F] = codes[0x20]
    box = codes[ord("■")]
    builder = FontBuilder(_UNITS_PER_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", *glyphs])
    builder.setupCharacterMap(codes)
    builder.setupGlyf({".notdef": glyphs[box], **glyphs})
    widths[".notdef"] = widths[box]
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in widths.items()})
    ascent, descent = _BASELINE_ROW * _FINE * _UNIT, -_FINE * _UNIT
    builder.setupHorizontalHeader(ascent=ascent, descent=descent)
    builder.setupNameTable({"familyName": "Arcade Pixel", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=ascent, sTypoDescender=descent, usWinAscent=ascent, usWinDescent=-descent)
    builder.setupPost()
    builder.updateHead(created=0, modified=0)
    builder.font.flavor = "woff2"
    builder.font.recalcTimestamp = False
    builder.save(path)


if __name__ == "__main__":
    make_font()
