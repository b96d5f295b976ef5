"""The font has all glyphs that are needed, and is crisp at any whole size."""

from __future__ import annotations

import string

import pygame
import pytest

from tetris_arcade.ui.font import GLYPH_SIZE, glyph_rows, glyph_span, render_text, text_cols

UNKNOWN = glyph_rows("\N{SNOWMAN}")
COLOR = (250, 200, 10)


@pytest.mark.parametrize("char", [*string.printable[:95], *"←→↑↓✓•…±×▲▼◀▶·"])
def test_every_used_character_has_a_glyph(char: str) -> None:
    assert glyph_rows(char) != UNKNOWN
    assert len(glyph_rows(char)) == GLYPH_SIZE
    assert any(glyph_rows(char)) == (char != " ")


def test_no_two_glyphs_are_equal() -> None:
    shapes = [glyph_rows(char) for char in string.ascii_letters + string.digits]
    assert len(set(shapes)) == len(shapes)


def test_digits_have_equal_width() -> None:
    assert {glyph_span(digit)[1] for digit in string.digits} == {6}


def test_rendered_width_is_text_cols() -> None:
    for text in ("", "i", "Wide words", "1,234.5"):
        assert render_text(text, COLOR, 3).get_width() == 3 * max(1, text_cols(text))


def test_large_text_is_scaled_small_text() -> None:
    small, large = render_text("Rg7", COLOR, 1), render_text("Rg7", COLOR, 4)
    for x in range(large.get_width()):
        for y in range(large.get_height()):
            assert large.get_at((x, y)) == small.get_at((x // 4, y // 4))


def test_text_has_one_color_without_antialiasing() -> None:
    picture = render_text("A b", COLOR, 2)
    colors = {
        tuple(picture.get_at((x, y))) for x in range(picture.get_width()) for y in range(picture.get_height())
    }
    assert {color[:3] for color in colors if color[3]} == {COLOR}
    assert {color[3] for color in colors} == {0, 255}
    assert isinstance(picture, pygame.Surface)
