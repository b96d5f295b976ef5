"""Texts of every palette are readable, and its pieces can be told apart."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest

from tetris_arcade.config.settings import Palette
from tetris_arcade.ui.theme import THEMES, Color, Theme

EVERY = pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
READABLE = 4.5
"""WCAG's minimum contrast of text."""


def luminance(color: Color) -> float:
    parts = [c / 255 for c in color]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: Color, second: Color) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@EVERY
@pytest.mark.parametrize("color", ["text", "text_dim", "accent", "success", "warning", "error"])
@pytest.mark.parametrize("background", ["panel", "background"])
def test_texts_are_readable(theme: Theme, color: str, background: str) -> None:
    assert contrast(getattr(theme, color), getattr(theme, background)) >= READABLE


@EVERY
def test_chosen_entry_is_readable(theme: Theme) -> None:
    assert contrast(theme.accent, theme.focus) >= READABLE


@EVERY
def test_pieces_stand_out_from_well_and_each_other(theme: Theme) -> None:
    assert len(theme.pieces) == 7
    assert all(contrast(color, theme.well) >= 2.5 for color in theme.pieces)
    for first, second in itertools.combinations(theme.pieces, 2):
        assert max(abs(a - b) for a, b in zip(first, second, strict=True)) >= 18


def test_every_palette_has_a_theme_of_its_name() -> None:
    assert set(get_args(Palette)) == set(THEMES)
    assert all(theme.name == name for name, theme in THEMES.items())
