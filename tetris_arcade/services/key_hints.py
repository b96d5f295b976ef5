"""Hints with the keys that are mapped now, or with a pad's buttons once one is used: for the footer, the
help, notices on the board and every other text that names a key."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from tetris_arcade.languages import N_, _, get_language
from tetris_arcade.realtime.controls import Control, PlayerControl
from tetris_arcade.ui.input import Action, Device, InputMapper
from tetris_arcade.ui.key_names import CABINET_LABELS, GESTURES, TOUCH_SIGNS, key_label, pad_label, pad_shape
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
        self._state: tuple[Device, bool, int, str] | None = None
        self._item = lru_cache(_CACHE_SIZE)(self._make_item)
        self.is_typing = False

    def items(self, hints: Iterable[Hint]) -> list[FooterItem]:
        """The hints for the footer, without HELP, which is always there, and what a finger cannot do."""
        shown = [hint for hint in hints if hint.actions != HELP.actions]
        return [item for hint in shown if (item := self.item(hint)).keys or not hint.actions]

    def format_hint(self, hint: Hint) -> str:
        """The hint as a line of text: "ENTER train on", or with a pad in use "A train on"."""
        item = self.item(hint)
        return " ".join(filter(None, [*(key.label for key in item.keys), item.description]))

    def item(self, hint: Hint) -> FooterItem:
        """The hint with the keys or buttons that are mapped now."""
        device, language = self._mapper.device, get_language().code
        state = (device, self.is_typing, self._mapper.num_mappings, language)
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
        return self._preferred(keys)

    def _preferred(self, keys: tuple[str, ...]) -> str | None:
        """The key to name: with a cabinet in use one that it has, if there is one."""
        if self._mapper.device == "cabinet":
            keys = (*(key for key in CABINET_LABELS if key in keys), *keys)
        return keys[0] if keys else None

    def all_labels(self, action: Action | Control | PlayerControl) -> tuple[list[str], list[str]]:
        """(labels of the keys, labels of the pad's buttons) of an action, or of a control."""
        keys, buttons = self._names(action)
        return [key_label(name) for name in keys], [pad_label(name) for name in buttons]

    def _make_item(self, hint: Hint) -> FooterItem:
        labels = (self._label(action) for action in hint.actions)
        return FooterItem(tuple(label for label in labels if label.label), _(hint.description))

    def _names(self, action: Action | Control | PlayerControl) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(keys, pad buttons)."""
        mapper = self._mapper
        if isinstance(action, Control | PlayerControl):
            return mapper.get_control_keys(action), mapper.get_control_buttons(action)
        return mapper.get_keys(action), mapper.get_buttons(action)

    def _label(self, action: Action | Control | PlayerControl) -> KeyLabel:
        """The button, key or touch of an action; the action's own name if it has none."""
        if isinstance(action, Control | PlayerControl):
            return self._control_label(action)
        if self._mapper.device == "touch":
            return KeyLabel(TOUCH_SIGNS.get(action, "●"), action, "touch")
        key = self.shown_key(action)
        if key is not None:
            return self._key(key, action)
        buttons = self._mapper.get_buttons(action) if self._mapper.device == "pad" else ()
        return self._button(buttons[0], action) if buttons else KeyLabel(action.value.upper(), action)

    def _control_label(self, control: Control | PlayerControl) -> KeyLabel:
        """The button, key or gesture of a control, which cannot be clicked; an empty label without any."""
        keys, buttons = self._names(control)
        if self._mapper.device == "touch":
            gesture = GESTURES.get(control) if isinstance(control, Control) else None
            return KeyLabel("" if gesture is None else _(gesture), None, "touch")
        if buttons and (self._mapper.device == "pad" or not keys):
            return self._button(buttons[0])
        key = self._preferred(keys)
        return KeyLabel(control.value.replace("_", " ").upper()) if key is None else self._key(key)

    def _key(self, name: str, action: Action | None = None) -> KeyLabel:
        label = CABINET_LABELS.get(name) if self._mapper.device == "cabinet" else None
        return KeyLabel(key_label(name), action) if label is None else KeyLabel(label[0], action, label[1])

    @staticmethod
    def _button(name: str, action: Action | None = None) -> KeyLabel:
        return KeyLabel(pad_label(name), action, pad_shape(name))
