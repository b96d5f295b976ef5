"""Hints with the keys that are mapped now, or with a pad's buttons once one is used: for the footer, the
help, notices on the board and every other text that names a key."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from tetris_arcade.languages import N_, _, get_language
from tetris_arcade.realtime.controls import Control
from tetris_arcade.ui.input import Action, InputMapper
from tetris_arcade.ui.key_names import key_label, pad_label
from tetris_arcade.ui.keyboard import TYPING_KEYS, is_typed
from tetris_arcade.ui.widgets.footer import FooterItem, Hint, KeyLabel

HELP = Hint(N_("help"), Action.HELP)
"""Always at the end of the footer."""
_CACHE_SIZE = 200


class KeyHints:
    """Writes hints with the current key and button names.

    is_typing: whether keys with a character type it now, so that others are named.
    """

    def __init__(self, mapper: InputMapper) -> None:
        self._mapper = mapper
        self._state: tuple[bool, bool, int, str] | None = None
        self._item = lru_cache(_CACHE_SIZE)(self._make_item)
        self.is_typing = False

    def items(self, hints: Iterable[Hint]) -> list[FooterItem]:
        """The hints for the footer, without HELP, which is always there."""
        return [self.item(hint) for hint in hints if hint.actions != HELP.actions]

    def format_hint(self, hint: Hint) -> str:
        """The hint as a line of text: "ENTER train on", or with a pad in use "A train on"."""
        item = self.item(hint)
        return " ".join(filter(None, [*(key.label for key in item.keys), item.description]))

    def item(self, hint: Hint) -> FooterItem:
        """The hint with the keys or buttons that are mapped now."""
        is_pad, language = self._mapper.device == "pad", get_language().code
        state = (is_pad, self.is_typing, self._mapper.num_mappings, language)
        if state != self._state:
            self._state = state
            self._item.cache_clear()
        return self._item(hint)

    def shown_key(self, action: Action) -> str | None:
        """The name of the key that hints name for an action; None if they name a pad's button, or no key."""
        if self._mapper.device == "pad" and self._mapper.get_buttons(action):
            return None
        keys = self._mapper.get_keys(action)
        if self.is_typing:
            keys = (*(key for key in keys if not is_typed(key)), *TYPING_KEYS.get(action.value, ()), *keys)
        return keys[0] if keys else None

    def all_labels(self, action: Action | Control) -> tuple[list[str], list[str]]:
        """(labels of the keys, labels of the pad's buttons) of an action, or of a control."""
        keys, buttons = self._names(action)
        return [key_label(name) for name in keys], [pad_label(name) for name in buttons]

    def _make_item(self, hint: Hint) -> FooterItem:
        return FooterItem(tuple(self._label(action) for action in hint.actions), _(hint.description))

    def _names(self, action: Action | Control) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(keys, pad buttons)."""
        mapper = self._mapper
        if isinstance(action, Control):
            return mapper.get_control_keys(action), mapper.get_control_buttons(action)
        return mapper.get_keys(action), mapper.get_buttons(action)

    def _label(self, action: Action | Control) -> KeyLabel:
        """The pad button or key of an action; the action's own name if it has none."""
        if isinstance(action, Control):
            return self._control_label(action)
        key = self.shown_key(action)
        if key is not None:
            return KeyLabel(key_label(key), action)
        buttons = self._mapper.get_buttons(action) if self._mapper.device == "pad" else ()
        return KeyLabel(pad_label(buttons[0]) if buttons else action.value.upper(), action)

    def _control_label(self, control: Control) -> KeyLabel:
        """The pad button or key of a control, which cannot be clicked."""
        keys, buttons = self.all_labels(control)
        labels = [*buttons, *keys] if self._mapper.device == "pad" else [*keys, *buttons]
        return KeyLabel(labels[0] if labels else control.value.replace("_", " ").upper())
