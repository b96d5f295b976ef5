"""The font has all glyphs that are needed, and is crisp at any whole size."""

from __future__ import annotations

import string
import unicodedata
from pathlib import Path

import pygame
import pytest

from tetris_arcade.ui import unifont
from tetris_arcade.ui.font import GLYPH_SIZE, glyph_rows, glyph_span, render_text, text_cols

UNKNOWN = glyph_rows("\ue000")
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


NAMES = [
    "Übergröße",
    "Łódź çağrı",
    "ひらがな",
    "カタカナ",
    "漢字",
    "Привет",
    "Ελλάδα",
    "שלום",
    "سلام",
    "ไทย",
    "한국어",
    "😀🤖",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_in_other_scripts_are_legible(name: str) -> None:
    shapes = {glyph_rows(char) for char in name if char != " "}
    assert UNKNOWN not in shapes
    assert len(shapes) == len(set(name) - {" "})
    for pixel in (1, 1.5, 2, 3):
        picture = render_text(name, COLOR, pixel)
        assert picture.get_width() == round(text_cols(name) * pixel)
        assert picture.get_height() == round(GLYPH_SIZE * pixel)
        assert picture.get_bounding_rect().width > 0.8 * picture.get_width()


def test_other_scripts_have_twice_the_resolution() -> None:
    mixed, plain = render_text("aあ", COLOR, 2), render_text("a", COLOR, 2)
    assert pygame.image.tobytes(mixed.subsurface(plain.get_rect()), "RGBA") == pygame.image.tobytes(
        plain, "RGBA"
    )


def test_marks_and_invisible_characters_take_no_room() -> None:
    assert text_cols("e\u0301") == text_cols("e")
    assert text_cols("❤\ufe0f\u200d") == text_cols("❤")


def test_missing_font_file_leaves_boxes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(unifont, "asset", lambda name: tmp_path / name)
    unifont._load.cache_clear()
    unifont.find_glyph.cache_clear()
    try:
        assert glyph_rows("ぱ") == UNKNOWN
        assert render_text("ぱ", COLOR, 2).get_height() == 16
    finally:
        unifont._load.cache_clear()
        unifont.find_glyph.cache_clear()


def test_marked_letters_differ_from_their_letters() -> None:
    letters = "ÄÖÜäöüÇçÑñÅåŠšŽžĞğŐőŰűĄąÍí"
    pictures = {char: pygame.image.tobytes(render_text(char, COLOR, 2), "RGBA") for char in letters}
    assert len(set(pictures.values())) == len(letters)
    for char in letters:
        base = unicodedata.normalize("NFD", char)[0]
        assert pictures[char] != pygame.image.tobytes(render_text(base, COLOR, 2), "RGBA")
        assert abs(text_cols(char) - text_cols(base)) <= 1
