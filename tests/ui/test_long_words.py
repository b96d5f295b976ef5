"""Long words are parted where they have to be, and only there."""

from __future__ import annotations

import pytest
from pygame import Surface

from tetris_arcade.ui.canvas import Cache, Canvas
from tetris_arcade.ui.long_words import part_long_words
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
def test_words_go_on_in_the_next_line_behind_their_parts(text: str, lines: list[str]) -> None:
    canvas = Canvas(Surface((640, 360)), COLOUR_SAFE, Cache())
    width = canvas.text_width("0" * 10)
    assert canvas.wrap(part_long_words(canvas, text, width), width) == lines
