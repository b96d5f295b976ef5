"""Graphs keep extreme values, have round labels, and one per frame is drawn again."""

from __future__ import annotations

import numpy as np
import pygame
import pytest
from pygame import Rect

from tests.ui.widgets.board_fixtures import canvas
from tetris_arcade.ui.widgets.axis import labels, padded_range, ticks
from tetris_arcade.ui.widgets.graph import (
    Curve,
    Graph,
    GraphPanel,
    arrange,
    paint_graph,
    reduce_to_columns,
    render_graph,
    running_mean,
)


def a_graph(values: list[float], **look: object) -> Graph:
    timesteps = np.arange(1.0, len(values) + 1.0) * 1_000.0
    return Graph("LINES", (Curve("game", timesteps, np.array(values, np.float32), **look),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("high", "max_count", "expected"), [(1.0, 4, [0, 0.25, 0.5, 0.75, 1]), (950, 5, [0, 200, 400, 600, 800])]
)
def test_ticks_are_round_numbers(high: float, max_count: int, expected: list[float]) -> None:
    assert ticks(0.0, high, max_count) == pytest.approx(expected)


def test_large_labels_are_short() -> None:
    assert labels([0.0, 50_000.0, 100_000.0]) == ["0", "50k", "100k"]
    assert labels([0.0, 1_500_000.0]) == ["0", "1.5M"]
    assert labels([-0.5, 0.0]) == ["-0.5", "0"]


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (5.0, 5.0), (-3.0, -3.0), (-40.0, -38.0), (0.1, 9.0)])
def test_range_is_never_empty(low: float, high: float) -> None:
    start, end = padded_range(low, high)
    assert start <= low <= high <= end
    assert start < end


def test_single_spike_survives_reduction() -> None:
    y = np.zeros(10_000, np.int64)
    y[4_321] = 77
    points = reduce_to_columns(np.arange(10_000) // 50, y)
    assert len(points) <= 400
    assert (4_321 // 50, 77) in points


def test_running_mean_looks_back_only() -> None:
    assert running_mean(np.array([0, 2, 4, 6], np.float32), 2).tolist() == [0, 1, 3, 5]


@pytest.mark.parametrize("values", [[], [3.0], [1.0, 1.0], [0.0, -5.0, 9.0] * 300])
@pytest.mark.parametrize("size", [(1, 1), (40, 30), (300, 100)])
def test_any_graph_draws_at_any_size(values: list[float], size: tuple[int, int]) -> None:
    for style in ("line", "dots", "marks"):
        graph = a_graph(values, style=style, has_best=True)
        assert render_graph(canvas(), size, graph).get_size() == size


def test_empty_graph_shows_a_text() -> None:
    full, empty = a_graph([1.0, 2.0]), a_graph([])
    assert not full.is_empty
    assert empty.is_empty
    assert _bytes(render_graph(canvas(), (300, 90), empty)) != _bytes(render_graph(canvas(), (300, 90), full))


def test_one_changed_graph_is_drawn_per_frame() -> None:
    panel, screen = GraphPanel(), canvas((300, 300))
    places = arrange(screen.rect, [1.0] * 3, screen.units(screen.theme.gap))
    panel.draw(screen, screen.rect, [a_graph([1.0, 2.0]) for _ in range(3)])
    before = [_bytes(screen.surface.subsurface(place)) for place in places]
    changed = [a_graph([9.0, 1.0, 5.0]) for _ in range(3)]
    counts = []
    for _ in range(3):
        panel.draw(screen, screen.rect, changed)
        after = [_bytes(screen.surface.subsurface(place)) for place in places]
        counts.append(sum(old != new for old, new in zip(before, after, strict=True)))
    assert counts == [1, 2, 3]


def test_resumed_run_starts_at_its_first_point() -> None:
    timesteps = np.array([90_000.0, 100_000.0])
    curve = Curve("game", timesteps, np.array([1.0, 2.0], np.float32), style="marks")
    screen = canvas((300, 120))
    surface = render_graph(screen, (300, 120), Graph("LINES", (curve,)))
    mark = screen.theme.graph[0]
    lit = [x for x in range(300) for y in range(30, 100) if surface.get_at((x, y))[:3] == mark]
    assert min(lit) < 80


def test_arranged_graphs_do_not_overlap() -> None:
    for rect in (Rect(0, 0, 300, 400), Rect(0, 0, 600, 300)):
        places = arrange(rect, [1.0] * 4, 4)
        assert all(rect.contains(place) for place in places)
        assert all(place.collidelist(places[number + 1 :]) == -1 for number, place in enumerate(places))


def _bytes(surface: pygame.Surface) -> bytes:
    return pygame.image.tobytes(surface, "RGB")


def test_repainted_graph_hides_the_old_one() -> None:
    old, new = a_graph([9.0, 1.0, 5.0], has_best=True), a_graph([1.0, 2.0])
    surface = render_graph(canvas(), (300, 120), old)
    paint_graph(canvas(), surface, new)
    is_same = _bytes(surface) == _bytes(render_graph(canvas(), (300, 120), new))
    assert is_same
