"""Menus and tables."""

from __future__ import annotations

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import pygame
import pytest
from pygame import Rect, Surface

from tetris_arcade.ui.canvas import Canvas, SurfaceCache
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.layout import unit_from_size
from tetris_arcade.ui.theme import COLOUR_SAFE
from tetris_arcade.ui.widgets.menu import Entry, Menu
from tetris_arcade.ui.widgets.table import Column, Row, Table


@pytest.fixture
def canvas() -> Canvas:
    pygame.display.init()
    return Canvas(Surface((640, 360)), COLOUR_SAFE, SurfaceCache())


def _press(action: Action) -> InputEvent:
    return InputEvent(action=action)


@pytest.mark.parametrize(
    ("size", "unit"), [((800, 480), 1), ((1280, 720), 2), ((1920, 1080), 3), ((1080, 1920), 3), ((1, 1), 1)]
)
def test_the_unit_is_the_largest_whole_one_that_fits(size: tuple[int, int], unit: int) -> None:
    assert unit_from_size(*size) == unit


def test_a_menu_goes_round_and_passes_over_what_is_not_enabled() -> None:
    menu = Menu([Entry("a", "A"), Entry("b", "B", is_enabled=False), Entry("c", "C")])
    menu.handle(_press(Action.DOWN))
    assert menu.current.key == "c"
    menu.handle(_press(Action.DOWN))
    assert menu.handle(_press(Action.CONFIRM)) == "a"


def test_left_and_right_change_a_value() -> None:
    changes: list[int] = []
    menu = Menu([Entry("a", "A", "1", changes.append)])
    menu.handle(_press(Action.LEFT))
    menu.handle(_press(Action.RIGHT))
    assert changes == [-1, 1]


def test_a_menu_longer_than_its_room_shows_the_chosen_entry(canvas: Canvas) -> None:
    menu = Menu([Entry(str(i), f"entry {i}") for i in range(30)], chosen=25)
    menu.draw(canvas, Rect(0, 0, 300, 100))
    assert 25 in [index for index, _ in menu._rects]


@pytest.mark.parametrize("chosen", range(6))
def test_a_menu_that_wraps_shows_its_labels_whole_and_the_chosen_entry(canvas: Canvas, chosen: int) -> None:
    long = "a-file-with-a-name-that-nobody-can-read-in-one-line.zip"
    menu = Menu([Entry(str(i), long if i % 2 else "short") for i in range(6)], chosen, wraps=True)
    tall = menu.height(canvas, width=200)
    for room in (tall, tall // 2):
        menu.draw(canvas, Rect(0, 0, 200, room))
        rects = dict(menu._rects)
        assert chosen in rects
        assert all(rect.bottom <= room for rect in rects.values())
        assert all((rect.height > 2 * canvas.line_height()) == bool(i % 2) for i, rect in rects.items())
    assert len(rects) < 6


def test_a_long_name_takes_no_column_from_a_table(canvas: Canvas) -> None:
    table = _table()
    table.rows.append(Row("d", ("a name that is longer than " * 5, "7"), ("d", 7.0)))
    table.draw(canvas, Rect(0, 0, 400, 300))
    assert [column for column, _ in table._heads] == [0, 1]


def _table() -> Table:
    rows = [
        Row("b", ("b", "2"), ("b", 2.0)),
        Row("a", ("a", "-"), ("a", None)),
        Row("c", ("c", "10"), ("c", 10.0)),
    ]
    table = Table(
        (Column("name", 1.0), Column("lines", 1.0, is_number=True)), rows, sorted_by=1, descending=True
    )
    table.replace(rows)
    return table


def test_a_table_sorts_numbers_as_numbers_and_keeps_the_unknown_last() -> None:
    table = _table()
    assert [row.name for row in table.rows] == ["c", "b", "a"]
    table.sort_by(1)
    assert [row.name for row in table.rows] == ["b", "c", "a"]
    table.sort_by(0)
    assert [row.name for row in table.rows] == ["a", "b", "c"]


def test_the_choice_stays_on_its_row_when_a_table_is_sorted() -> None:
    table = _table()
    table.handle(_press(Action.UP))
    table.sort_by(0)
    assert table.current is not None
    assert table.current.name == "c"


def test_a_click_chooses_a_row_and_a_second_one_opens_it(canvas: Canvas) -> None:
    table = _table()
    table.draw(canvas, Rect(0, 0, 400, 200))
    _, rect = table._rects[0]
    click = InputEvent(position=rect.center, clicked=True)
    assert table.handle(click) is None
    assert table.handle(click) == "c"
    _, head = table._heads[0]
    table.handle(InputEvent(position=head.center, clicked=True))
    assert table.sorted_by == 0
