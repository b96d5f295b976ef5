"""Tables: sorting, choosing, and columns that fit."""

from __future__ import annotations

from pygame import Rect

from tests.ui.widgets.board_fixtures import canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.widgets.table import Column, Row, Table

SCREEN = (640, 360)


def make_table() -> Table:
    rows = [
        Row("b", ("b", "2"), ("b", 2.0)),
        Row("a", ("a", "-"), ("a", None)),
        Row("c", ("c", "10"), ("c", 10.0)),
    ]
    columns = (Column("name", 1.0), Column("lines", 1.0, is_number=True))
    table = Table(columns, rows, sorted_by=1, descending=True)
    table.replace(rows)
    return table


def names(table: Table) -> list[str]:
    return [row.name for row in table.rows]


def test_numbers_sort_as_numbers_and_unknown_last() -> None:
    table = make_table()
    assert names(table) == ["c", "b", "a"]
    table.sort_by(1)
    assert names(table) == ["b", "c", "a"]
    table.sort_by(0)
    assert names(table) == ["a", "b", "c"]


def test_chosen_row_stays_chosen_when_sorted() -> None:
    table = make_table()
    table.handle(InputEvent(action=Action.UP))
    table.sort_by(0)
    assert table.current is not None
    assert table.current.name == "c"


def test_second_click_confirms_a_row() -> None:
    table = make_table()
    table.draw(canvas(SCREEN), Rect(0, 0, 400, 200))
    _, rect = table._rects[0]
    click = InputEvent(position=rect.center, clicked=True)
    assert table.handle(click) is None
    assert table.handle(click) == "c"


def test_click_on_heading_sorts() -> None:
    table = make_table()
    table.draw(canvas(SCREEN), Rect(0, 0, 400, 200))
    _, heading = table._headings[0]
    table.handle(InputEvent(position=heading.center, clicked=True))
    assert table.sorted_by == 0


def test_long_name_hides_no_column() -> None:
    table = make_table()
    table.rows.append(Row("d", ("a name that is longer than " * 5, "7"), ("d", 7.0)))
    table.draw(canvas(SCREEN), Rect(0, 0, 400, 300))
    assert [column for column, _ in table._headings] == [0, 1]
