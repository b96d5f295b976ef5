"""The input of all screens that are menus."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import fake_context
from tetris_arcade.scenes.base import Pop, Push, Transition
from tetris_arcade.scenes.menu_scene import MenuEntry, MenuScene, menu_heading
from tetris_arcade.ui.input import Action, InputEvent


class _Menu(MenuScene):
    """A number to change, and an entry that opens the same screen again."""

    number = 0

    def entries(self) -> list[MenuEntry]:
        return [
            menu_heading("Heading"),
            MenuEntry("number", "Number", str(self.number), self._change),
            MenuEntry("open", "Open", choose=self._open),
        ]

    def _change(self, by: int) -> None:
        self.number += by

    def _open(self) -> Transition:
        return Push(_Menu(self.context))


@pytest.fixture
def scene(tmp_path: Path) -> _Menu:
    return _Menu(fake_context(tmp_path)[0])


@pytest.fixture
def sounds(scene: _Menu, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    played: list[str] = []
    monkeypatch.setattr(scene.context.audio, "play", played.append)
    return played


def press(scene: _Menu, action: Action) -> Transition | None:
    return scene.handle(InputEvent(action=action))


def test_heading_is_not_chosen(scene: _Menu) -> None:
    assert scene.menu.current.key == "number"
    press(scene, Action.DOWN)
    press(scene, Action.DOWN)
    assert scene.menu.current.key == "number"


def test_footer_says_what_confirm_does_with_the_chosen_line(scene: _Menu) -> None:
    def confirm_text() -> list[str]:
        return [hint.description for hint in scene.hints() if Action.CONFIRM in hint.actions]

    assert confirm_text() == ["change"]
    press(scene, Action.DOWN)
    assert confirm_text() == ["choose"]


def test_left_right_and_confirm_change_a_value(scene: _Menu) -> None:
    for action in (Action.RIGHT, Action.RIGHT, Action.LEFT, Action.CONFIRM):
        assert press(scene, action) is None
    assert scene.menu.current.value == "2"


def test_confirm_runs_the_chosen_entry(scene: _Menu) -> None:
    press(scene, Action.DOWN)
    assert isinstance(press(scene, Action.CONFIRM), Push)


def test_back_leaves(scene: _Menu) -> None:
    assert press(scene, Action.BACK) == Pop()


def test_moves_and_changes_make_a_sound(scene: _Menu, sounds: list[str]) -> None:
    press(scene, Action.DOWN)
    press(scene, Action.RIGHT)  # this entry has no value
    press(scene, Action.UP)
    press(scene, Action.RIGHT)
    assert sounds == ["move"] * 3


def test_footer_names_changes_only_if_there_are_values(scene: _Menu) -> None:
    def shown() -> set[Action]:
        return {action for hint in scene.hints() for action in hint.actions}

    assert {Action.LEFT, Action.UP, Action.CONFIRM, Action.BACK} <= shown()
    scene.menu.replace([MenuEntry("open", "Open")])
    assert Action.LEFT not in shown()
