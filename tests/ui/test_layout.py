"""Divided rectangles do not overlap, stay inside and lose nothing."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygame import Rect

from tetris_arcade.ui.layout import (
    cols,
    cut_bottom,
    cut_left,
    cut_right,
    cut_top,
    inset,
    rows,
    unit_from_size,
)

RECTS = st.builds(
    Rect, st.integers(-50, 50), st.integers(-50, 50), st.integers(0, 2_000), st.integers(0, 2_000)
)
WEIGHTS = st.lists(st.floats(0.1, 10.0), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("size", "unit"), [((800, 480), 1), ((1280, 720), 2), ((1920, 1080), 3), ((1080, 1920), 3), ((1, 1), 1)]
)
def test_unit_is_the_largest_that_fits(size: tuple[int, int], unit: int) -> None:
    assert unit_from_size(*size) == unit


@given(RECTS, st.integers(0, 3_000), st.integers(0, 50))
def test_cut_parts_do_not_overlap(rect: Rect, size: int, gap: int) -> None:
    for cut, length in ((cut_top, 3), (cut_bottom, 3), (cut_left, 2), (cut_right, 2)):
        part, rest = cut(rect, size, gap)
        assert not part.colliderect(rest)
        assert part[length] == min(size, rect[length])
        assert rest[length] == max(0, rect[length] - part[length] - gap)


@given(RECTS, WEIGHTS)
def test_rows_and_columns_fill_the_rectangle(rect: Rect, weights: list[float]) -> None:
    assert sum(row.height for row in rows(rect, weights)) == rect.height
    assert sum(col.width for col in cols(rect, weights)) == rect.width
    parts = rows(rect, weights)
    assert all(upper.bottom == lower.top for upper, lower in itertools.pairwise(parts))


@given(RECTS, st.integers(0, 3_000))
def test_inset_is_never_negative(rect: Rect, by: int) -> None:
    inside = inset(rect, by)
    assert inside.width >= 0
    assert inside.height >= 0
