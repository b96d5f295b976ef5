"""Texts fit their space, and rendered surfaces are cached."""

from __future__ import annotations

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygame import Rect, Surface

from tetris_arcade.ui.canvas import Align, Canvas, SurfaceCache
from tetris_arcade.ui.font import render_text
from tetris_arcade.ui.theme import COLOUR_SAFE

TEXTS = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=60)


def canvas(size: tuple[int, int] = (640, 360), text_size: float = 1.0) -> Canvas:
    return Canvas(Surface(size), COLOUR_SAFE, SurfaceCache(), text_size)


@given(TEXTS, st.integers(0, 300))
def test_text_is_cut_only_if_too_wide(text: str, width: int) -> None:
    cut = canvas().fit(text, width)
    assert canvas().text_width(cut) <= width
    assert cut == text or canvas().text_width(text) > width


@given(TEXTS, st.integers(40, 300))
def test_wrapped_lines_fit_and_keep_all_words(text: str, width: int) -> None:
    lines = canvas().wrap(text, width)
    assert all(canvas().text_width(line) <= width for line in lines)
    fitting = [word for word in text.split() if canvas().text_width(word) <= width]
    assert [word for word in " ".join(lines).split() if not word.endswith("…")] == fitting


@pytest.mark.parametrize(("height", "pixels"), [(360, 8), (720, 16), (1080, 24)])
def test_text_is_eight_units_high(height: int, pixels: int) -> None:
    assert canvas((height * 16 // 9, height)).text_height() == pixels


@pytest.mark.parametrize(("text_size", "pixels"), [(1.0, 16), (1.25, 20), (1.5, 24)])
def test_text_size_gives_the_height_of_letters(text_size: float, pixels: int) -> None:
    assert canvas((1280, 720), text_size).text_height() == pixels


def test_panel_content_is_inside_its_edge() -> None:
    rect = Rect(10, 10, 200, 100)
    for title in (None, "Title"):
        inside = canvas().panel(rect, title)
        assert rect.inflate(-2, -2).contains(inside)


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (3, 2)])
def test_smallest_panels_can_be_drawn(size: tuple[int, int]) -> None:
    inside = canvas().panel(Rect((5, 5), size), "Title")
    assert inside.width >= 0
    assert inside.height >= 0


def test_least_recently_used_surface_is_evicted() -> None:
    made: list[str] = []
    cache = SurfaceCache(max_surfaces=2)

    def make(name: str) -> Surface:
        made.append(name)
        return Surface((1, 1))

    for name in ("a", "a", "b", "a", "c", "a", "b"):
        cache.get(name, lambda name=name: make(name))  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]


def test_cache_limits_its_bytes() -> None:
    cache = SurfaceCache(max_bytes=1_000_000)
    for width in range(100, 400):
        cache.get(("backdrop", width), lambda width=width: Surface((width, 100)))  # type: ignore[misc]
    assert sum(s.get_width() * 100 * s.get_bytesize() for s, _ in cache._surfaces.values()) <= 1_000_000
    assert cache.get(("backdrop", 399), lambda: Surface((1, 1))).get_width() == 399


def test_only_unused_surfaces_are_evicted() -> None:
    cache, made = SurfaceCache(), []

    def render(number: int) -> Surface:
        made.append(number)
        return Surface((1, 1))

    for frame in range(1_000):
        cache.evict_unused(frame / 10)
        cache.get("title", lambda: Surface((1, 1)))
        cache.get(frame, lambda frame=frame: render(frame))  # type: ignore[misc]
    assert 2 <= len(cache) < 100
    cache.get(999, lambda: render(999))
    cache.get("title", lambda: render(-1))
    assert made == list(range(1_000))
    cache.evict_unused(1_000.0)
    assert len(cache) == 0
    assert cache._bytes == 0


@given(TEXTS, st.sampled_from(["left", "center", "right"]))
def test_single_digits_look_like_the_whole_text(text: str, align: Align) -> None:
    whole, parts = canvas(), canvas()
    image = render_text(text, whole.theme.text, whole.units(1))
    left = {"left": 300, "center": 300 - image.get_width() // 2, "right": 300 - image.get_width()}[align]
    whole.surface.blit(image, (left, 20))
    place = parts.text(text, (300, 20), align=align)
    is_same = pygame.image.tobytes(whole.surface, "RGB") == pygame.image.tobytes(parts.surface, "RGB")
    assert is_same
    assert not text or place == image.get_rect(topleft=(left, 20))


def test_running_number_does_not_fill_the_cache() -> None:
    running = canvas()
    for count in range(10_000):
        running.text(f"{count:,} timesteps learned", (0, 0))
    assert len(running.cache) == len("0123456789") + len((",", " timesteps learned"))
