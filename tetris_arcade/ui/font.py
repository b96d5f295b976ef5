"""The pixel font: glyphs of up to seven columns in 8x8 cells, drawn at whole multiples of their size.

Glyphs are stored as rows of bits. Text has one empty column between two glyphs. Characters that this font
lacks, such as those of a model's name, are its letters with a mark, or Unifont's, at twice the resolution.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

import numpy as np
import pygame
from numpy.typing import NDArray
from pygame import Surface

from tetris_arcade.ui.diacritics import compose, split_letter
from tetris_arcade.ui.text_order import visual_clusters
from tetris_arcade.ui.theme import Color
from tetris_arcade.ui.unifont import find_glyph

GLYPH_SIZE = 8
_FINE = 2
"""How many of Unifont's pixels a column of this font has."""

# Eight rows from top to bottom, two hexadecimal digits per row; the highest bit is the leftmost column.
_ROWS = {
    " ": "0000000000000000",
    "\u00a0": "0000000000000000",
    "\u202f": "0000000000000000",
    "!": "1818181818001800",
    '"': "6C6C480000000000",
    "#": "286C7C287C6C2800",
    "$": "103C603C063C1000",
    "%": "00626C1830664600",
    "&": "386C3876DCCC7600",
    "'": "1818300000000000",
    "(": "0C18303030180C00",
    ")": "30180C0C0C183000",
    "*": "00543810FE385400",
    "+": "0018187E18180000",
    ",": "0000000000181830",
    "-": "0000007E00000000",
    ".": "0000000000181800",
    "/": "02060C1830604000",
    "0": "3C66666666663C00",
    "1": "1838781818187E00",
    "2": "3C66060C18307E00",
    "3": "7E0C180C06663C00",
    "4": "0C1C3C6C7E0C0C00",
    "5": "7E607C0606663C00",
    "6": "3C607C6666663C00",
    "7": "7E060C1818181800",
    "8": "3C66663C66663C00",
    "9": "3C66663E06663C00",
    ":": "0018180000181800",
    ";": "0018180000181830",
    "<": "0C18306030180C00",
    "=": "00007E007E000000",
    ">": "30180C060C183000",
    "?": "3C66060C18001800",
    "@": "3C666E6A6E603E00",
    "A": "183C66667E666600",
    "B": "7C66667C66667C00",
    "C": "3C66606060663C00",
    "D": "786C6666666C7800",
    "E": "7E60607C60607E00",
    "F": "7E60607C60606000",
    "G": "3C66606E66663E00",
    "H": "6666667E66666600",
    "I": "3C18181818183C00",
    "J": "3E0C0C0C0C6C3800",
    "K": "666C78707C6E6600",
    "L": "6060606060607E00",
    "M": "C6EEFED6C6C6C600",
    "N": "6676767E6E6E6600",
    "O": "386CC6C6C66C3800",
    "P": "7C66667C60606000",
    "Q": "386CC6C6DA6C3600",
    "R": "7C66667C6C666600",
    "S": "3C66603C06663C00",
    "T": "7E18181818181800",
    "U": "6666666666663C00",
    "V": "66666666663C1800",
    "W": "C6C6C6D6FEEEC600",
    "X": "66663C183C666600",
    "Y": "6666663C18181800",
    "Z": "7E060C1830607E00",
    "[": "3C30303030303C00",
    "\\": "406030180C060200",
    "]": "3C0C0C0C0C0C3C00",
    "^": "183C660000000000",
    "_": "000000000000007E",
    "`": "30180C0000000000",
    "a": "00003C063E663E00",
    "b": "60607C6666667C00",
    "c": "00003C6660663C00",
    "d": "06063E6666663E00",
    "e": "00003C667E603C00",
    "f": "1C307C3030303000",
    "g": "00003E66663E063C",
    "h": "60607C6666666600",
    "i": "1800381818183C00",
    "j": "0C001C0C0C0C6C38",
    "k": "6060666C786C6600",
    "l": "3818181818183C00",
    "m": "00006CFED6D6C600",
    "n": "00007C6666666600",
    "o": "00003C6666663C00",
    "p": "00007C66667C6060",
    "q": "00003E66663E0606",
    "r": "00006C7660606000",
    "s": "00003E603C067C00",
    "t": "30307C3030301C00",
    "u": "0000666666663E00",
    "v": "00006666663C1800",
    "w": "0000C6D6D6FE6C00",
    "x": "0000663C183C6600",
    "y": "00006666663E063C",
    "z": "00007E0C18307E00",
    "{": "0E18187018180E00",
    "|": "1818181818181818",
    "}": "7018180E18187000",
    "~": "0000327E4C000000",
    "←": "0010307E30100000",
    "→": "00080C7E0C080000",
    "↑": "00183C7E18181800",
    "↓": "001818187E3C1800",
    "✓": "0002060C68301000",
    "•": "0000183C3C180000",
    "…": "0000000000005400",
    "±": "18187E1818007E00",
    "×": "0000663C183C6600",
    "▲": "0000183C7EFF0000",
    "▼": "0000FF7E3C180000",
    "◀": "020E3EFE3E0E0200",
    "▶": "40707C7F7C704000",
    "♥": "006CFEFE7C381000",
    "🌐": "385492FE92543800",
    "●": "003C7E7E7E7E3C00",
    "○": "003C424242423C00",
    "■": "007E7E7E7E7E7E00",
    "–": "0000007E00000000",
    "—": "000000FF00000000",
    "·": "0000001818000000",
    "ß": "3C66666C66666C00",
    "Ø": "3A6CCED6E66CB800",
    "ø": "00023C6E76663C40",
    "Ł": "60606870E0607E00",
    "ł": "38181C1838183C00",
    "Đ": "786C66F6666C7800",
    "đ": "060F3E6666663E00",
    "Æ": "3E78D8DEF8D8DE00",
    "æ": "00007C1A7ED87E00",
    "Œ": "6ED8D8DED8D86E00",
    "œ": "00006EDBDFD86E00",
    "ı": "0000381818183C00",
    "¡": "1800181818181800",
    "¿": "1800183060663C00",
    "ä": "66003C063E663E00",
    "ö": "66003C6666663C00",
    "ü": "6600666666663E00",
    "ë": "66003C667E603C00",
    "ï": "6600381818183C00",
    "á": "0C183C063E663E00",
    "é": "0C183C667E603C00",
    "í": "0C18381818183C00",
    "ó": "0C183C6666663C00",
    "ú": "0C18666666663E00",
    "à": "30183C063E663E00",
    "è": "30183C667E603C00",
    "ù": "3018666666663E00",
    "â": "18243C063E663E00",
    "ê": "18243C667E603C00",
    "î": "1824381818183C00",
    "ô": "18243C6666663C00",
    "û": "1824666666663E00",
    "ñ": "324C7C6666666600",
    "Ä": "66003C667E666600",
    "Ö": "C6007CC6C6C67C00",
    "Ü": "6600666666663C00",
    "Ë": "66007E607C607E00",
    "Ï": "66003C1818183C00",
    "Á": "0C183C667E666600",
    "É": "0C187E607C607E00",
    "Í": "0C183C1818183C00",
    "Ó": "0C187CC6C6C67C00",
    "Ú": "0C18666666663C00",
    "À": "30183C667E666600",
    "È": "30187E607C607E00",
    "Ù": "3018666666663C00",
    "Â": "18243C667E666600",
    "Ê": "18247E607C607E00",
    "Î": "18243C1818183C00",
    "Ô": "18247CC6C6C67C00",
    "Û": "1824666666663C00",
    "Ñ": "324C66767E6E6600",
    "ç": "00003C6660663C18",
    "Ç": "3C666060663C1830",
    "’": "1818300000000000",
    "„": "000000000036366C",
    "“": "366C6C0000000000",
    "”": "36366C0000000000",
    "«": "001B366C361B0000",
    "»": "00D86C366CD80000",
    "º": "386C6C3800000000",
}
_UNKNOWN = "7E42424242427E00"
_GLYPHS = {char: bytes.fromhex(rows) for char, rows in _ROWS.items()}
_BOX = bytes.fromhex(_UNKNOWN)
_SPACE_COLS = 4
_NARROW_SPACE, _NARROW_SPACE_COLS = "\u202f", 2
_GLYPH_CACHE_SIZE = 2_000
_OVERSAMPLING = 8
_THICKENING_ALPHA = 120
"""Of the pixels right of thin strokes, beside which this font's are bold."""
_WIDTH_CACHE_SIZE = 1_000


def glyph_rows(char: str) -> bytes:
    """The eight rows of a glyph, the highest bit the leftmost column; a box for an unknown character.

    A glyph of another font is made coarser.
    """
    rows = _GLYPHS.get(char)
    if rows is not None:
        return rows
    pixels = _other_pixels(char)
    if pixels is None:
        return _BOX
    coarse = pixels.reshape(GLYPH_SIZE, _FINE, -1, _FINE).any(axis=(1, 3))
    return np.packbits(coarse, axis=1).tobytes()


@cache
def glyph_span(char: str) -> tuple[int, int]:
    """(first column, number of columns) of a glyph; all digits have the same width."""
    used_cols = 0
    for row in glyph_rows(char):
        used_cols |= row
    if not used_cols:
        return 0, _NARROW_SPACE_COLS if char == _NARROW_SPACE else _SPACE_COLS
    first = GLYPH_SIZE - used_cols.bit_length()
    return first, used_cols.bit_length() - ((used_cols & -used_cols).bit_length() - 1)


@lru_cache(_WIDTH_CACHE_SIZE)
def text_cols(text: str) -> int:
    """The width of a line of text in columns, with one column between two glyphs."""
    if not text.isascii():
        text = "".join(cluster[0] for cluster in visual_clusters(text))
    return max(0, sum(glyph_span(char)[1] + 1 for char in text) - 1)


def render_text(text: str, color: Color, pixel: float) -> Surface:
    """Render one line of text on a transparent surface; a column is `pixel` pixels wide.

    Characters without a glyph are drawn as boxes. With a fraction of a pixel, edges are smoothed.
    """
    clusters = text if text.isascii() else visual_clusters(text)
    is_fine = any(char not in _GLYPHS for cluster in clusters for char in cluster)
    scale = _FINE if is_fine else 1
    small = Surface((max(1, text_cols(text)) * scale, GLYPH_SIZE * scale), pygame.SRCALPHA)
    x = 0
    for cluster in clusters:
        first, cols = glyph_span(cluster[0])
        area = (first * scale, 0, cols * scale, GLYPH_SIZE * scale)
        for char in cluster:  # Marks have the columns of the character that they are on.
            small.blit(_fine_glyph(char, color) if is_fine else _glyph(char, color), (x * scale, 0), area)
        x += cols + 1
    return _scale(small, pixel / scale, color)


def _scale(small: Surface, pixel: float, color: Color) -> Surface:
    if pixel == 1:
        return small
    size = (round(small.get_width() * pixel), round(small.get_height() * pixel))
    if pixel == int(pixel):
        return pygame.transform.scale(small, size)
    # Smoothing mixes in transparent pixels, which must have the text's colour, not black.
    large = Surface((small.get_width() * _OVERSAMPLING, GLYPH_SIZE * _OVERSAMPLING), pygame.SRCALPHA)
    large.fill((*color, 0))
    large.blit(pygame.transform.scale(small, large.get_size()), (0, 0))
    return pygame.transform.smoothscale(large, size)


@lru_cache(_GLYPH_CACHE_SIZE)
def _glyph(char: str, color: Color) -> Surface:
    image = Surface((GLYPH_SIZE, GLYPH_SIZE), pygame.SRCALPHA)
    for y, bits in enumerate(glyph_rows(char)):
        for x in range(GLYPH_SIZE):
            if bits >> (7 - x) & 1:
                image.set_at((x, y), (*color, 255))
    return image


def _other_pixels(char: str) -> NDArray[np.bool_] | None:
    """A glyph that the font lacks, at twice the resolution: a letter with a mark, or else Unifont's."""
    letter, mark = split_letter(char)
    if not letter:
        return find_glyph(char)
    rows = np.unpackbits(np.frombuffer(_GLYPHS[letter], np.uint8)[:, np.newaxis], axis=1)
    pixels = rows.repeat(_FINE, axis=0).repeat(_FINE, axis=1).astype(np.bool_)
    return compose(letter, pixels, mark)


@lru_cache(_GLYPH_CACHE_SIZE)
def _fine_glyph(char: str, color: Color) -> Surface:
    """A glyph at twice the resolution."""
    pixels = None if char in _GLYPHS else _other_pixels(char)
    if pixels is None:
        return pygame.transform.scale_by(_glyph(char, color), _FINE)
    image = Surface((GLYPH_SIZE * _FINE, GLYPH_SIZE * _FINE), pygame.SRCALPHA)
    if _is_thin(char):
        for y, x in np.argwhere(pixels[:, :-1] & ~pixels[:, 1:]).tolist():
            image.set_at((x + 1, y), (*color, _THICKENING_ALPHA))
    for y, x in np.argwhere(pixels).tolist():
        image.set_at((x, y), (*color, 255))
    return image


def _is_thin(char: str) -> bool:
    """Whether a glyph's strokes are a pixel wide, and too dense to be made bold: kana, Chinese characters."""
    return char not in _GLYPHS and unicodedata.east_asian_width(char) in ("W", "F")
