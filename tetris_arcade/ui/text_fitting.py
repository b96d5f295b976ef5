"""Words that may be wider than their room, as strangers give names to files and models."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.font import GLYPH_SIZE, text_cols

_PARTS = re.compile(r"[^-_.]*[-_.]*")
_KEPT = 200
Way = tuple[float, int]
"""How a text may be written: its size, and in how many lines at most."""


def fit_size(canvas: Canvas, text: str, width: int, *sizes: float) -> float:
    """The first of the sizes in which a line is no wider than `width` pixels, else the last."""
    return next((size for size in sizes if canvas.text_width(text, size) <= width), sizes[-1])


def break_long_words(canvas: Canvas, text: str, width: int, size: float = 1.0) -> str:
    """The text with a space in each word that is wider than `width` pixels, wherever it has to go on in the
    next line: behind a sign that parts its syllables, else anywhere."""
    cols = width * GLYPH_SIZE // canvas.text_height(size)
    return re.sub(r"[^ \n]+", lambda found: _part_word(found[0], cols), text)


@lru_cache(_KEPT)
def _part_word(word: str, cols: int) -> str:
    lines = [""]
    for part in _PARTS.findall(word):
        if text_cols(lines[-1] + part) <= cols:
            lines[-1] += part
            continue
        lines.append("")
        for sign in part:
            if text_cols(lines[-1] + sign) > cols:
                lines.append("")
            lines[-1] += sign
    return " ".join(line for line in lines if line)


def fit_lines(
    canvas: Canvas, texts: Sequence[str], width: Callable[[float], int], ways: Sequence[Way]
) -> tuple[float, list[list[str]]]:
    """(a size, each text's lines in it), for texts that are to look alike: by the first of the ways in which
    all are whole, else by the last, in which what is left over is cut with "…". `width` says how many pixels
    there are for a line of a size."""

    def lines_of(text: str, size: float) -> list[str]:
        room = width(size)
        if canvas.text_width(text, size) <= room:
            return [text]
        return canvas.wrap(break_long_words(canvas, text, room, size), room, size)

    for size, most in ways:
        lines = [lines_of(text, size) for text in texts]
        if all(len(found) <= most for found in lines):
            return size, lines
    room = width(size)

    def cut(found: list[str]) -> list[str]:
        kept, left_over = found[: most - 1], "".join(found[most - 1 :])
        return [*kept, canvas.fit(left_over, room, size)]

    return size, [found if len(found) <= most else cut(found) for found in lines]
