"""Repairs what crashes left in the data folder, at the program's start."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.atomic import backup_folder, folder_names, interrupted_saves, remove_folder
from tetris_arcade.storage.checkpoint_names import KINDS
from tetris_arcade.storage.checkpoints import RecoveryResult, recover_checkpoint
from tetris_arcade.storage.errors import NewerVersionError, UnreadableError
from tetris_arcade.storage.runs import repair_runs

_LEFTOVER = re.compile(r"\.([a-z0-9][a-z0-9_-]*)\.(?:prev|[0-9a-f]{20}\.new)")


def repair_storage(paths: DataPaths) -> list[str]:
    """Repair runs, checkpoints and slots at the program's start; returns a message per repair.

    Only for the process that holds the data folder's lock. Never raises.
    """
    messages: list[str | None] = [*repair_runs(paths)]
    messages += [_recover(paths.checkpoints / kind).message for kind in KINDS]
    messages += [_repair_slot(slot) for slot in _interrupted_slots(paths)]
    return [message for message in messages if message is not None]


def _recover(folder: Path) -> RecoveryResult:
    """`recover_checkpoint`, with a message in place of an exception."""
    try:
        return recover_checkpoint(folder)
    except (NewerVersionError, UnreadableError) as error:
        return RecoveryResult(None, f"{error}; it is left as it is.")


def _interrupted_slots(paths: DataPaths) -> list[Path]:
    """The slots whose last save was interrupted."""
    with contextlib.suppress(UnreadableError):
        leftovers = filter(None, map(_LEFTOVER.fullmatch, folder_names(paths.slots)))
        return [paths.slots / name for name in sorted({match[1] for match in leftovers})]
    return []


def _repair_slot(folder: Path) -> str | None:
    """Recover a slot whose save was interrupted; what the save left is deleted if the slot is sound."""
    recovery = _recover(folder)
    if recovery.checkpoint is not None and recovery.checkpoint.folder == folder:
        for leftover in (backup_folder(folder), *interrupted_saves(folder)):
            remove_folder(leftover)
    return recovery.message
