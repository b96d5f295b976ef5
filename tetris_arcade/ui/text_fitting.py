"""Fits texts of unknown length, such as names of files and models, into a given width."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from tetris_arcade.config.settings import TEXT_SIZES
from tetris_arcade.languages import get_language
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.font import GLYPH_SIZE, text_cols
from tetris_arcade.ui.line_breaks import split_at_breaks

_PARTS = re.compile(r"[^-_.]*[-_.]*")
_CACHE_SIZE = 200
_MAX_GROWN_LINES = 6
TextStyle = tuple[float, int]
"""(size, maximum number of lines)."""


def min_text_size(unit_px: int) -> float:
    """The smallest of the user's text sizes at which the spoken language is legible, or else the largest."""
    needed = get_language().min_letter_pixels / (GLYPH_SIZE * unit_px)
    return next((size for size in TEXT_SIZES if size >= needed), TEXT_SIZES[-1])


def fit_size(canvas: Canvas, text: str, width: int, *sizes: float) -> float:
    """The first size at which a line of text is at most `width` pixels wide, otherwise the last."""
    return next((size for size in sizes if canvas.text_width(text, size) <= width), sizes[-1])


def growing_lines(
    canvas: Canvas, texts: Sequence[str], get_width: Callable[[Canvas], int], styles: Sequence[TextStyle]
) -> tuple[float, list[list[str]]]:
    """`fit_lines` in the same style for each text size of the user; larger text takes more lines.

    The style fits with normal text, and breaks no word with the largest. `get_width` gives the available
    pixels on a canvas.
    """
    normal, largest = canvas.at_text_size(1.0), canvas.at_text_size(TEXT_SIZES[-1])
    whole = [style for style in styles if _has_whole_words(largest, texts, get_width(largest), style[0])]
    size, lines = fit_lines(normal, texts, lambda _: get_width(normal), whole or styles)
    if canvas.text_scale == 1.0:
        return size, lines
    return fit_lines(canvas, texts, lambda _: get_width(canvas), [(size, _MAX_GROWN_LINES)])


def _has_whole_words(canvas: Canvas, texts: Sequence[str], width: int, size: float) -> bool:
    """Whether each word, or part of one with hyphens, fits a width in pixels."""
    words = (word for text in texts for _, word in split_at_breaks(" ".join(text.split())))
    parts = (part for word in words for part in _PARTS.findall(word))
    return all(canvas.text_width(part, size) <= width for part in parts)


def break_long_words(canvas: Canvas, text: str, width: int, size: float = 1.0) -> str:
    """Insert spaces into words wider than `width` pixels so that they can be wrapped.

    A word is broken after "-", "_" or "." if possible, otherwise anywhere.
    """
    cols = width * GLYPH_SIZE // canvas.text_height(size)

    def break_parts(match: re.Match[str]) -> str:
        return "".join(_break_word(part, cols) for _, part in split_at_breaks(match[0]))

    return re.sub(r"[^ \n]+", break_parts, text)


@lru_cache(_CACHE_SIZE)
def _break_word(word: str, cols: int) -> str:
    lines = [""]
    for part in _PARTS.findall(word):
        if text_cols(lines[-1] + part) <= cols:
            lines[-1] += part
            continue
        lines.append("")
        for char in part:
            if text_cols(lines[-1] + char) > cols:
                lines.append("")
            lines[-1] += char
    return " ".join(line for line in lines if line)


def fit_lines(
    canvas: Canvas, texts: Sequence[str], get_width: Callable[[float], int], styles: Sequence[TextStyle]
) -> tuple[float, list[list[str]]]:
    """Wrap several texts in the same style: (size, lines of each text).

    The first style in which all texts fit is used, otherwise the last, with the remainder cut with "…".
    `get_width` gives the available pixels for a line at a size.
    """

    def wrap(text: str, size: float) -> list[str]:
        available = get_width(size)
        if canvas.text_width(text, size) <= available:
            return [text]
        return canvas.wrap(break_long_words(canvas, text, available, size), available, size)

    for size, max_lines in styles:
        wrapped = [wrap(text, size) for text in texts]
        if all(len(lines) <= max_lines for lines in wrapped):
            return size, wrapped

    def cut(lines: list[str]) -> list[str]:
        if len(lines) <= max_lines:
            return lines
        remainder = "".join(lines[max_lines - 1 :])
        return [*lines[: max_lines - 1], canvas.fit(remainder, get_width(size), size)]

    return size, [cut(lines) for lines in wrapped]
