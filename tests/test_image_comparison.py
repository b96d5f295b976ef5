"""A changed picture fails with the share, the tile and two pictures to look at."""

from __future__ import annotations

from pathlib import Path

import pygame
import pytest
from pygame import Rect, Surface

from tests.image_comparison import MAX_SHARE, REFERENCES, TILE_PX, assert_like_reference, compare

SIZE = (300, 200)


def picture(*changes: Rect) -> Surface:
    """A grey picture with white rectangles."""
    surface = Surface(SIZE)
    surface.fill((90, 90, 90))
    for change in changes:
        surface.fill((255, 255, 255), change)
    return surface


def check(surface: Surface, folder: Path, *, update: bool = False) -> None:
    assert_like_reference(surface, "screen", update=update, references=folder, failed=folder / "failed")


def test_comparison_names_the_worst_tile() -> None:
    comparison = compare(picture(Rect(70, 130, 8, 8), Rect(2, 2, 4, 4)), picture())
    assert comparison.tile == (2, 1)
    assert comparison.share == 64 / TILE_PX**2
    assert comparison.changed.sum() == 80


def test_small_differences_are_tolerated(tmp_path: Path) -> None:
    check(picture(), tmp_path, update=True)
    few = int(MAX_SHARE * TILE_PX**2)
    check(picture(Rect(0, 0, few, 1)), tmp_path)
    faint = picture()
    faint.fill((100, 100, 100))
    check(faint, tmp_path)
    assert not (tmp_path / "failed").exists()


def test_failure_names_tile_and_saves_pictures(tmp_path: Path) -> None:
    check(picture(), tmp_path, update=True)
    changed = picture(Rect(200, 70, 20, 20))
    with pytest.raises(AssertionError, match=r"9\.8% of the pixels in tile \(row 1, col 3\)"):
        check(changed, tmp_path)
    saved = pygame.image.load(tmp_path / "failed" / "screen.png")
    assert pygame.image.tobytes(saved, "RGB") == pygame.image.tobytes(changed, "RGB")
    differences = pygame.image.load(tmp_path / "failed" / "screen.difference.png")
    assert differences.get_at((210, 80))[:3] == (255, 0, 80)
    assert differences.get_at((20, 20))[:3] == (30, 30, 30)


def test_missing_reference_is_named(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="'screen' has no reference"):
        check(picture(), tmp_path)


@pytest.mark.parametrize("name", ["help", "train_values", "train_small"])
def test_missing_word_is_noticed(name: str) -> None:
    whole = pygame.image.load(REFERENCES / f"{name}.png")
    lacking = whole.copy()
    height = whole.get_height()
    lacking.fill((0, 0, 0), (0, height - height // 30, whole.get_width() // 9, height // 30))  # in the footer
    assert compare(whole, whole).share == 0.0
    assert not compare(whole, lacking).is_alike
