"""The keys of every screen with a table: up and down select a row, left and right the column to sort by."""

from __future__ import annotations

from tetris_arcade.languages import _
from tetris_arcade.scenes.base import KeyBinding, Scene, bind_pair
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.widgets.table import Table


def sort_text(scene: Scene) -> str:
    """How to sort a table, as a part of a sentence."""
    return scene.keys_text(_("choose the column that sorts them"), Action.LEFT, Action.RIGHT)


def table_bindings(table: Table) -> list[KeyBinding]:
    def select(direction: int) -> None:
        table.handle(InputEvent(action=Action.DOWN if direction > 0 else Action.UP))

    def sort(direction: int) -> None:
        table.sort_by((table.sorted_by + direction) % len(table.columns))

    return [
        bind_pair("", select, Action.UP, Action.DOWN),
        bind_pair(_("sort"), sort, Action.LEFT, Action.RIGHT),
    ]
