"""A name is typed with keys, chosen with a pad, or touched."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pilot import OpenPilot, Pilot
from tetris_arcade.scenes.base import Push, Transition
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.scenes.title import TitleScene

A_BUTTON, UP, DOWN, RIGHT = 0, 11, 12, 14
AskName = Callable[[], tuple[Pilot, list[str]]]


@pytest.fixture
def ask_name(open_pilot: OpenPilot) -> AskName:
    """Opens the question over the title; returns the pilot and the names that were entered."""

    def ask() -> tuple[Pilot, list[str]]:
        names: list[str] = []

        def take(name: str) -> Transition | None:
            names.append(name)
            return None

        pilot = open_pilot(TitleScene)
        pilot.app.apply(Push(NameEntryScene(pilot.app.context, "A name", "", take)))
        pilot.advance(0.1)
        return pilot, names

    return ask


def test_keyboard_types_letters_of_shortcuts_too(ask_name: AskName) -> None:
    pilot, names = ask_name()
    pilot.press(*"mvp-1x", "backspace", "return")
    assert names == ["mvp-1"]
    assert pilot.title == "Title"


def test_pad_chooses_letters(ask_name: AskName) -> None:
    pilot, names = ask_name()
    pilot.press_pad(RIGHT, RIGHT, UP, UP, DOWN, RIGHT, UP, A_BUTTON)
    assert names == ["cd"]


def test_letters_can_be_clicked(ask_name: AskName) -> None:
    pilot, names = ask_name()
    pilot.click("b")
    pilot.click("d")
    pilot.click("OK")
    assert names == ["bd"]


def test_help_opens_and_question_mark_is_typed(ask_name: AskName) -> None:
    pilot, names = ask_name()
    pilot.press("h", "?", "f1")
    assert pilot.title == "Help"
    pilot.press("f1", "return")
    assert names == ["h?"]


def test_empty_name_is_refused(ask_name: AskName) -> None:
    pilot, names = ask_name()
    pilot.press("space", "return")
    assert names == []
    assert pilot.title == "Name"


def test_escape_enters_nothing(ask_name: AskName) -> None:
    pilot, names = ask_name()
    pilot.press("a", "escape")
    assert names == []
    assert pilot.title == "Title"
