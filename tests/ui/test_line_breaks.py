"""Lines are broken at spaces, and in Japanese between characters, but not before or after all of them."""

from __future__ import annotations

import pytest
from pygame import Surface

from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.line_breaks import split_at_breaks
from tetris_arcade.ui.text_fitting import break_long_words
from tetris_arcade.ui.theme import COLOUR_SAFE

SENTENCE = "小さなネットワークが「各場所」に点をつけます。明るいほど良い場所。"


def _canvas() -> Canvas:
    return Canvas(Surface((1280, 720)), COLOUR_SAFE, SurfaceCache())


@pytest.mark.parametrize("text", ["A few words", "two  spaces", "größer als 1.000", "", "1 000 !"])
def test_other_scripts_are_broken_at_spaces_only(text: str) -> None:
    assert [part for _, part in split_at_breaks(text)] == text.split(" ")
    assert "".join(gap + part for gap, part in split_at_breaks(text)) == text


def test_japanese_fills_the_lines() -> None:
    canvas = _canvas()
    for columns in range(40, 200, 7):
        width = columns * canvas.unit_px
        lines = canvas.wrap(SENTENCE, width)
        assert "".join(lines) == SENTENCE
        assert all(canvas.text_width(line) <= width for line in lines)
        assert not any(line[0] in "、。」ーャっッ" or line[-1] in "「（" for line in lines)


def test_words_of_a_name_stay_whole_between_japanese_characters() -> None:
    assert [part for _, part in split_at_breaks("「champion」を保存")][:1] == ["「champion」"]


def test_japanese_needs_no_spaces_to_be_broken() -> None:
    canvas = _canvas()
    assert break_long_words(canvas, SENTENCE, 60 * canvas.unit_px) == SENTENCE
