"""The order in which names of other scripts are drawn."""

from __future__ import annotations

import pytest

from tetris_arcade.ui.text_order import is_right_to_left, visual_clusters


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("plain 12", "plain 12"),
        ("Übung", "Übung"),
        ("שלום", "םולש"),
        ("model שלום 2", "model םולש 2"),
        ("שלום 42", "42 םולש"),
        ("שלום (v2)", "(v2) םולש"),
        ('Saved as "שלום"', 'Saved as "םולש"'),
        ("سلام", "\ufee1\ufefc\ufeb3"),  # The second and third letter are one sign.
        ("بب", "\ufe90\ufe91"),
        ("ب", "\ufe8f"),
    ],
)
def test_text_is_drawn_in_its_direction(text: str, drawn: str) -> None:
    assert "".join(visual_clusters(text)) == drawn


def test_marks_stay_with_their_letter() -> None:
    assert visual_clusters("ש\u05b8ל") == ("ל", "ש\u05b8")
    assert visual_clusters("ที่") == ("ที่",)
    assert visual_clusters("👩\u200d🚀\ufe0f") == ("👩", "🚀")


def test_direction_is_found() -> None:
    assert is_right_to_left("a ש")
    assert not is_right_to_left("Übung モデル 😀")
