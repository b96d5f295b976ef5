"""Menus: choosing, changing values, scrolling and wrapping."""

from __future__ import annotations

import pytest
from pygame import Rect

from tests.ui.widgets.board_fixtures import canvas
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.widgets.menu import Entry, Menu, heading

SCREEN = (640, 360)


def press(action: Action) -> InputEvent:
    return InputEvent(action=action)


def visible(menu: Menu) -> list[int]:
    return [index for index, _ in menu._rects]


def test_choice_wraps_around_and_skips_disabled_entries() -> None:
    menu = Menu([Entry("a", "A"), Entry("b", "B", is_enabled=False), Entry("c", "C")])
    menu.handle(press(Action.DOWN))
    assert menu.current.key == "c"
    menu.handle(press(Action.DOWN))
    assert menu.handle(press(Action.CONFIRM)) == "a"


def test_choice_skips_headings() -> None:
    menu = Menu([heading("Sound"), Entry("a", "A"), heading("Keys"), Entry("b", "B")])
    chosen = [menu.current.key]
    for _ in range(3):
        menu.handle(press(Action.DOWN))
        chosen.append(menu.current.key)
    assert chosen == ["a", "b", "a", "b"]


def test_left_and_right_change_a_value() -> None:
    changes: list[int] = []
    menu = Menu([Entry("a", "A", "1", changes.append)])
    menu.handle(press(Action.LEFT))
    menu.handle(press(Action.RIGHT))
    assert changes == [-1, 1]


def test_clicked_arrows_change_a_value() -> None:
    changes: list[int] = []
    menu = Menu([Entry("a", "Volume", "70%", changes.append)])
    menu.draw(canvas(SCREEN), Rect(0, 0, 300, 40))
    _, row = menu._rects[0]
    menu.handle(InputEvent(position=menu._arrows[0].center, clicked=True))
    menu.handle(InputEvent(position=(row.right - 4, row.centery), clicked=True))
    assert changes == [-1, 1]


def test_long_menu_shows_the_chosen_entry() -> None:
    menu = Menu([Entry(str(i), f"entry {i}") for i in range(30)], chosen=25)
    menu.draw(canvas(SCREEN), Rect(0, 0, 300, 100))
    assert 25 in visible(menu)


def test_long_menu_scrolls_to_the_chosen_entry() -> None:
    menu = Menu([Entry(str(number), str(number)) for number in range(40)])
    screen = canvas(SCREEN)
    for _ in range(39):
        menu.handle(press(Action.DOWN))
        menu.draw(screen, Rect(0, 0, 300, 120))
        assert menu.chosen in visible(menu)


@pytest.mark.parametrize("chosen", range(6))
def test_wrapping_menu_shows_whole_labels(chosen: int) -> None:
    screen = canvas(SCREEN)
    long = "a-file-with-a-name-that-nobody-can-read-in-one-line.zip"
    menu = Menu([Entry(str(i), long if i % 2 else "short") for i in range(6)], chosen, wraps=True)
    whole_height = menu.height(screen, width=200)
    for height in (whole_height, whole_height // 2):
        menu.draw(screen, Rect(0, 0, 200, height))
        rects = dict(menu._rects)
        assert chosen in rects
        assert all(rect.bottom <= height for rect in rects.values())
        assert all((rect.height > 2 * screen.line_height()) == bool(i % 2) for i, rect in rects.items())
    assert len(rects) < 6
