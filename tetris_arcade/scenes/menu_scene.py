"""A screen that is a menu: the input of all such screens, in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tetris_arcade.languages import N_, _
from tetris_arcade.scenes.base import KeyBinding, Pop, Scene, Transition, bind
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.widgets.footer import Hint
from tetris_arcade.ui.widgets.menu import Entry, Menu


@dataclass(frozen=True)
class MenuEntry(Entry):
    """A line of a screen's menu.

    choose: runs when the line is confirmed, and says where to go. description: what the line is for.
    """

    choose: Callable[[], Transition | None] | None = None
    description: str = ""


def menu_heading(label: str) -> MenuEntry:
    """A line that names the lines under it and cannot be chosen."""
    return MenuEntry("", label, is_heading=True)


class MenuScene(Scene):
    """A screen whose input goes to a menu.

    A subclass lists the lines in `entries` and draws `menu`. The lines are listed again after each input.
    """

    wraps_labels = False
    change_text = N_("change")
    """What left and right do, for the footer; not shown if no line has a value to change."""
    choose_text = N_("choose")
    back_text = N_("back")

    @cached_property
    def menu(self) -> Menu[MenuEntry]:
        return Menu(list(self.entries()), wraps=self.wraps_labels)

    @property
    def is_still(self) -> bool:
        return True

    def entries(self) -> Sequence[MenuEntry]:
        """The lines of the menu as they are now."""
        raise NotImplementedError

    def refresh(self) -> None:
        """List the lines again."""
        self.menu.replace(list(self.entries()))

    def enter(self) -> None:
        self.refresh()

    def change_language(self) -> None:
        self.refresh()

    def go_back(self) -> Transition | None:
        """Leave the screen."""
        return Pop()

    def menu_keys_text(self) -> str:
        """How to use the menu, as a part of a sentence."""
        move = self.keys_text(_("move"), Action.UP, Action.DOWN)
        return f"{move}, {self.keys_text(_('choose'), Action.CONFIRM)}"

    @property
    def num_scanned_items(self) -> int:
        return len(self._choosable)

    def scan_to(self, index: int) -> None:
        self.menu.chosen = self._choosable[index]

    @property
    def _choosable(self) -> list[int]:
        return [index for index, entry in enumerate(self.menu.entries) if entry.can_be_chosen]

    def spoken_line(self) -> str:
        entry = self.menu.current
        return ". ".join(filter(None, (f"{entry.label} {entry.value}".strip(), entry.description)))

    def bindings(self) -> list[KeyBinding]:
        has_values = any(entry.change is not None for entry in self.menu.entries)
        return [
            KeyBinding(Hint(_("move"), Action.UP, Action.DOWN), self._press),
            KeyBinding(Hint(self.change_text if has_values else "", Action.LEFT, Action.RIGHT), self._press),
            KeyBinding(Hint(self._confirm_text, Action.CONFIRM), self._press),
            bind(self.back_text, self.go_back, Action.BACK),
        ]

    @property
    def _confirm_text(self) -> str:
        """What the chosen line does when it is confirmed: a line without a choice changes its value."""
        return self.choose_text if self.menu.current.choose is not None else self.change_text

    def handle(self, event: InputEvent) -> Transition | None:
        return self._operate(event) if event.action is None else super().handle(event)

    def _press(self, action: Action) -> Transition | None:
        return self._operate(InputEvent(action=action))

    def _operate(self, event: InputEvent) -> Transition | None:
        before = self._state()
        transition = None
        if self.menu.handle(event) is not None and self.menu.current.choose is not None:
            transition = self.menu.current.choose()
        self.refresh()
        if self._state() != before:
            self.context.audio.play("move")
        return transition

    def _state(self) -> tuple[int, list[str]]:
        """The chosen line and all values: a sound is played when they change."""
        return self.menu.chosen, [entry.value for entry in self.menu.entries]
