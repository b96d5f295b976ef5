"""Names of models that come from elsewhere: they name a model of the data folder, or nothing."""

from __future__ import annotations

from dataclasses import replace

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS
from tetris_arcade.languages import N_
from tetris_arcade.remote.messages import RefusedError
from tetris_arcade.storage.checkpoint_names import is_checkpoint_name
from tetris_arcade.storage.errors import SlotNameError, SlotTakenError, StorageError
from tetris_arcade.storage.slot_names import normalize_name
from tetris_arcade.storage.slots import check_new_slot, find_model, has_checkpoint
from tetris_arcade.worker.shared.messages import SaveSlot


def find_player(paths: DataPaths, name: str, *, allow_damaged: bool = False) -> str:
    """The name under which a model or reference player can be loaded; never a path.

    Raises RefusedError if there is no such model, or, without `allow_damaged`, if it is damaged.
    """
    if name in REFERENCE_PLAYERS or (is_checkpoint_name(name) and has_checkpoint(paths, name)):
        return name
    try:
        entry = find_model(paths, name)
    except StorageError as error:
        raise RefusedError(f"{error}.") from error
    if entry is None:
        raise RefusedError(N_("There is no such model."), "unknown")
    if entry.error is not None and not allow_damaged:
        raise RefusedError(f"{entry.error}.")
    return entry.name


def check_slot(paths: DataPaths, command: SaveSlot) -> SaveSlot:
    """The command with the name as it is saved; raises RefusedError if nothing can be saved under it."""
    try:
        if not command.overwrite:
            check_new_slot(paths, command.name)
        return replace(command, name=normalize_name(command.name))
    except SlotTakenError as error:
        raise RefusedError(f"{error}.", "taken") from error
    except SlotNameError as error:
        raise RefusedError(f"{error}.", "invalid") from error
    except StorageError as error:
        raise RefusedError(f"{error}.") from error
