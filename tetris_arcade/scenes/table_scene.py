"""A screen with a table: up and down select a row, left and right the column to sort by."""

from __future__ import annotations

from tetris_arcade.languages import _
from tetris_arcade.scenes.base import KeyBinding, Scene, bind_pair
from tetris_arcade.ui.input import Action, InputEvent
from tetris_arcade.ui.widgets.table import Table


class TableScene(Scene):
    """A subclass creates the table, and puts `table_bindings` among its own."""

    _table: Table

    @property
    def num_scanned_items(self) -> int:
        return len(self._table.rows)

    def scan_to(self, index: int) -> None:
        self._table.chosen = index

    def spoken_line(self) -> str:
        row = self._table.current
        return "" if row is None else ", ".join(filter(None, row.cells))

    def sort_text(self) -> str:
        """How to sort the table, as a part of a sentence."""
        return self.keys_text(_("choose the column that sorts them"), Action.LEFT, Action.RIGHT)

    def table_bindings(self) -> list[KeyBinding]:
        return [
            bind_pair("", self._select, Action.UP, Action.DOWN),
            bind_pair(_("sort"), self._sort, Action.LEFT, Action.RIGHT),
        ]

    def _select(self, direction: int) -> None:
        self._table.handle(InputEvent(action=Action.DOWN if direction > 0 else Action.UP))

    def _sort(self, direction: int) -> None:
        self._table.sort_by((self._table.sorted_by + direction) % len(self._table.columns))
