"""Hints with the keys that are mapped now, or with a pad's buttons once one is used: for the footer, the help
and notices on the board."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from tetris_arcade.ui.input import Action, InputMapper
from tetris_arcade.ui.key_names import key_label, pad_label
from tetris_arcade.ui.widgets.footer import FooterItem, Hint, KeyLabel

HELP = Hint("help", Action.HELP)
"""Always at the end of the footer."""
_CACHE_SIZE = 200


class KeyHints:
    """Writes hints with the current key and button names."""

    def __init__(self, mapper: InputMapper) -> None:
        self._mapper = mapper
        self._state: tuple[bool, int] | None = None
        self._item = lru_cache(_CACHE_SIZE)(self._make_item)

    def items(self, hints: Iterable[Hint]) -> list[FooterItem]:
        """The hints for the footer, without HELP, which is always there."""
        return [self.item(hint) for hint in hints if hint.actions != HELP.actions]

    def format_hint(self, hint: Hint) -> str:
        """The hint as a line of text: "ENTER train on", or with a pad in use "A train on"."""
        item = self.item(hint)
        return " ".join([*(key.label for key in item.keys), item.description])

    def item(self, hint: Hint) -> FooterItem:
        """The hint with the keys or buttons that are mapped now."""
        state = (self._mapper.device == "pad", self._mapper.num_mappings)
        if state != self._state:
            self._state = state
            self._item.cache_clear()
        return self._item(hint)

    def _make_item(self, hint: Hint) -> FooterItem:
        return FooterItem(tuple(self._label(action) for action in hint.actions), hint.description)

    def _label(self, action: Action) -> KeyLabel:
        """The pad button or key of an action; the action's own name if it has none."""
        buttons, keys = self._mapper.get_buttons(action), self._mapper.get_keys(action)
        if self._mapper.device == "pad" and buttons:
            return KeyLabel(pad_label(buttons[0]), action)
        return KeyLabel(key_label(keys[0]) if keys else action.value.upper(), action)
