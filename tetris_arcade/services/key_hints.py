"""What a scene's hints look like now: with the keys as they are mapped, or a pad's buttons once one is
used. The foot line, the help and notices on the board all ask here."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from tetris_arcade.ui.input import Action, InputMapper
from tetris_arcade.ui.key_names import key_label, pad_label
from tetris_arcade.ui.widgets.footer import FooterItem, Hint, KeyLabel

HELP = Hint("help", Action.HELP)
"""Always at the end of the foot line."""
_KEPT = 200


class KeyHints:
    """Writes hints for the foot line and the help."""

    def __init__(self, mapper: InputMapper) -> None:
        self._mapper = mapper
        self._written_for: tuple[bool, int] | None = None
        self._item = lru_cache(_KEPT)(self._write)

    def items(self, hints: Iterable[Hint]) -> list[FooterItem]:
        """The hints but the one that is always there."""
        return [self.item(hint) for hint in hints if hint.actions != HELP.actions]

    def words(self, hint: Hint) -> str:
        """The hint as a sentence of a notice: "ENTER trains on", or with a pad in use "A trains on"."""
        item = self.item(hint)
        return " ".join([*(cap.label for cap in item.caps), item.does])

    def item(self, hint: Hint) -> FooterItem:
        """What a hint looks like, with the keys or buttons as they are now."""
        now = (self._mapper.device == "pad", self._mapper.num_mappings)
        if now != self._written_for:
            self._written_for = now
            self._item.cache_clear()
        return self._item(hint)

    def _write(self, hint: Hint) -> FooterItem:
        return FooterItem(tuple(self._label(action) for action in hint.actions), hint.does)

    def _label(self, action: Action) -> KeyLabel:
        """The pad button or key that runs an action now; the action's own name if nothing does."""
        buttons, keys = self._mapper.get_buttons(action), self._mapper.get_keys(action)
        if self._mapper.device == "pad" and buttons:
            return KeyLabel(pad_label(buttons[0]), action)
        return KeyLabel(key_label(keys[0]) if keys else action.value.upper(), action)
