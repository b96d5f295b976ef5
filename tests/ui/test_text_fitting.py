"""Words that are too wide are broken, and texts are as large as fits."""

from __future__ import annotations

import pytest
from pygame import Surface

from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.text_fitting import break_long_words, fit_lines, fit_size
from tetris_arcade.ui.theme import COLOUR_SAFE


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("short words", ["short", "words"]),
        ("a-name-of-parts.zip", ["a-name-of-", "parts.zip"]),
        ("abcdefghijklmnop", ["abcdefghij", "klmnop"]),
        ("one\ntwo", ["one", "two"]),
        ("is a_very-long-name?", ["is a_very-", "long-name?"]),
        ("", [""]),
    ],
)
def test_long_words_are_broken_after_separators(text: str, lines: list[str]) -> None:
    canvas = Canvas(Surface((640, 360)), COLOUR_SAFE, SurfaceCache())
    width = canvas.text_width("0" * 10)
    assert canvas.wrap(break_long_words(canvas, text, width), width) == lines


@pytest.mark.parametrize(("letters", "size"), [(5, 2.0), (6, 1.0), (30, 1.0)])
def test_line_has_the_first_size_that_fits(letters: int, size: float) -> None:
    canvas = Canvas(Surface((640, 360)), COLOUR_SAFE, SurfaceCache())
    assert fit_size(canvas, "0" * letters, canvas.text_width("0" * 10), 2.0, 1.0) == size


@pytest.mark.parametrize(
    ("texts", "size", "lines"),
    [
        (["ab"], 2.0, [["ab"]]),
        (["a-name"], 1.0, [["a-name"]]),
        (["ab", "a-name"], 1.0, [["ab"], ["a-name"]]),
        (["a-longer-name"], 1.0, [["a-longer-", "name"]]),
        (["x" * 30, "ab"], 1.0, [["x" * 10, "x" * 9 + "…"], ["ab"]]),
    ],
)
def test_texts_share_the_first_style_that_fits_all(
    texts: list[str], size: float, lines: list[list[str]]
) -> None:
    canvas = Canvas(Surface((640, 360)), COLOUR_SAFE, SurfaceCache())
    width = canvas.text_width("x" * 10)
    styles = ((2.0, 1), (1.0, 1), (1.0, 2))
    assert fit_lines(canvas, texts, lambda _size: width, styles) == (size, lines)
