"""What is done with models' files: each does it and returns the sentence that tells of it."""

from __future__ import annotations

import contextlib
import itertools
from pathlib import Path

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.checkpoints import Kind
from tetris_arcade.storage.errors import SlotNameError
from tetris_arcade.storage.import_export import IMPORTED, export_slot, import_model
from tetris_arcade.storage.slot_names import MAX_NAME_CHARACTERS, normalize_name, slot_folder_name
from tetris_arcade.storage.slots import delete_slot, list_models, rename_slot, save_slot

_MAX_FILES = 12


def save_checkpoint_as(paths: DataPaths, source: Kind, name: str) -> str:
    """Copy a checkpoint's model to a slot."""
    return f'Saved as "{save_slot(paths, name, source).name}"'


def rename(paths: DataPaths, old: str, new: str) -> str:
    return f'Renamed to "{rename_slot(paths, old, new).name}"'


def delete(paths: DataPaths, name: str) -> str:
    delete_slot(paths, name)
    return f'Deleted "{name}"'


def export(paths: DataPaths, name: str) -> str:
    """Write a model to a file in the folder `exports`."""
    folder = paths.root / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    files = export_slot(paths, name, folder, overwrite=True)
    return f"Exported to exports/{', exports/'.join(path.name for path in files)}"


def import_file(paths: DataPaths, file: Path) -> str:
    """Import a file under its own name, or, where that is taken, under the file's with a number."""
    try:
        return f'Imported as "{import_model(paths, file).name}"'
    except SlotNameError:
        return f'Imported as "{import_model(paths, file, _free_name(paths, file)).name}"'


def _free_name(paths: DataPaths, file: Path) -> str:
    """The file's name with a number, or, where no slot may be called so, another one."""
    taken = {entry.name for entry in list_models(paths)}
    try:
        stem = normalize_name(file.stem)[: MAX_NAME_CHARACTERS - 5]
    except SlotNameError:
        stem = IMPORTED
    numbered = (f"{stem}-{number}" for number in itertools.count(2))
    return next(name for name in numbered if slot_folder_name(name) not in taken)


def make_imports_folder(paths: DataPaths) -> Path:
    """Where files lie that are to be imported; made where it is missing and can be."""
    folder = paths.root / "imports"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def importable_files(paths: DataPaths) -> list[Path]:
    """Archives in the folders `imports` and `exports`, the newest first, a screenful at most."""
    found = [
        path
        for name in ("imports", "exports")
        for path in (paths.root / name).glob("*.zip")
        if path.is_file()
    ]
    return sorted(found, key=_changed_at, reverse=True)[:_MAX_FILES]


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
