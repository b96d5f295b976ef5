"""Asks for the name of a saved copy; what was typed is not lost if the name is taken or not allowed."""

from __future__ import annotations

from collections.abc import Callable

from tetris_arcade.languages import _
from tetris_arcade.scenes.base import Replace, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.dialog import ChoiceDialog
from tetris_arcade.scenes.name_entry import NameEntryScene
from tetris_arcade.storage.errors import SlotTakenError, StorageError
from tetris_arcade.storage.slots import check_new_slot

SaveAs = Callable[[str, bool], None]
"""Saves under a name; the second argument is whether it may replace the model of that name."""


def ask_slot_name(
    context: Context, question: str, initial: str, save: SaveAs, *, own_name: str | None = None
) -> NameEntryScene:
    """The scene that asks for a name, and whether a model of that name is to be replaced.

    own_name: a taken name that needs no question. `save` raises StorageError if the name has to be corrected.
    """

    def ask(name: str) -> NameEntryScene:
        return NameEntryScene(context, question, name, use)

    def use(name: str) -> Transition | None:
        try:
            check_new_slot(context.paths, name)
        except SlotTakenError:
            if name != own_name:
                return Replace(ask_replace(name))
        save(name, False)
        return None

    def ask_replace(name: str) -> ChoiceDialog:
        def choose(key: str) -> Transition | None:
            if key == "rename":
                return Replace(ask(name))
            try:
                save(name, True)
            except StorageError as error:
                context.notify(str(error), "warning")
                return Replace(ask(name))
            return None

        text = _('"{name}" exists already.\nReplacing it cannot be undone.').format(name=name)
        options = [("rename", _("Choose another name")), ("replace", _("Replace it"))]
        return ChoiceDialog(context, text, options, choose, back_key="rename")

    return ask(initial)
