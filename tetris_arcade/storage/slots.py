"""The models that people name, keep, share and play: slots, and how a word on the command line finds one."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import shorten_for_message
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS
from tetris_arcade.storage.atomic import remove_folder
from tetris_arcade.storage.checkpoints import (
    KINDS,
    MODEL_NAME,
    Kind,
    checkpoint_folder,
    load_checkpoint,
    write_model_folder,
)
from tetris_arcade.storage.errors import SlotNameError, StorageError, UnknownModelError
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.model_archive import ModelArchive, parse_model, read_model
from tetris_arcade.storage.slot_names import is_plain_folder_name, normalize_name, slot_folder_name

EntryKind = Literal["slot", "shipped", "checkpoint", "reference"]
MAX_SLOTS = 1_000


@dataclass(frozen=True)
class ModelEntry:
    """A line of the models' list. `name` is what commands take; `error` says why a model cannot be used."""

    name: str
    kind: EntryKind
    folder: Path | None = None
    metadata: Metadata | None = None
    error: str | None = None

    @property
    def display_name(self) -> str:
        """The name as it is shown."""
        return self.metadata.name if self.metadata is not None and self.kind != "checkpoint" else self.name

    @property
    def is_read_only(self) -> bool:
        """Whether it can neither be renamed nor deleted."""
        return self.kind != "slot"


@dataclass(frozen=True)
class ModelRef:
    """What a word stands for: a reference player (no path), a model's folder, or a file to be read."""

    kind: Literal["reference", "folder", "file"]
    name: str
    path: Path | None = None


def list_models(paths: DataPaths) -> list[ModelEntry]:
    """Slots by name, shipped models, the checkpoints that exist, and the reference players. Never raises."""
    entries = iter_models(paths, lambda folder, kind: read_entry(paths, folder, kind))
    return [entry for entry in entries if entry is not None]


def iter_models(
    paths: DataPaths, read: Callable[[Path, EntryKind], ModelEntry | None]
) -> Iterator[ModelEntry | None]:
    """What `list_models` lists, one after the other, each folder by `read`; None for a folder that has
    nothing for the list."""
    own = set()
    for folder in _folders(paths.slots):
        own.add(folder.name)
        yield read(folder, "slot")
    # In a checkout this folder also holds what its user saved there; only what shipped is shown elsewhere.
    others = [] if paths.shipped_slots in (None, paths.slots) else _folders(paths.shipped_slots)
    for folder in others:
        entry = None if folder.name in own else read(folder, "slot")
        yield entry if entry is not None and entry.kind == "shipped" else None
    for kind in KINDS:
        yield read(checkpoint_folder(paths, kind), "checkpoint")
    yield from (ModelEntry(name, "reference") for name in REFERENCE_PLAYERS)


def find_model(paths: DataPaths, name: str) -> ModelEntry | None:
    """A slot or a shipped model as the list has it, without the list; None where there is none."""
    folder = _find_folder(paths, name)
    return None if folder is None else read_entry(paths, folder, "slot")


def has_checkpoint(paths: DataPaths, kind: Kind) -> bool:
    """Whether there is such a checkpoint, damaged ones included."""
    try:
        load_checkpoint(checkpoint_folder(paths, kind))
    except UnknownModelError:
        return False
    except StorageError:
        return True
    return True


def resolve_slot(paths: DataPaths, text: str) -> ModelRef:
    """What a slot, a checkpoint, a reference player or a path stands for; UnknownModelError if nothing."""
    if text in REFERENCE_PLAYERS:
        return ModelRef("reference", text)
    if text in KINDS:
        return ModelRef("folder", text, load_checkpoint(checkpoint_folder(paths, text)).folder)
    folder = _find_folder(paths, text)
    if folder is not None:
        return ModelRef("folder", folder.name, folder)
    path = _existing_path(text)
    if path is not None:
        return ModelRef("folder" if path.is_dir() else "file", path.name, path)
    raise UnknownModelError(
        f"there is no slot {shorten_for_message(text, 80)}; known are {_known_names(paths)}"
    )


def model_mtime(paths: DataPaths, text: str) -> int | None:
    """What changes when the model of that name is saved anew; None where it has no folder of its own."""
    if text in REFERENCE_PLAYERS:
        return None
    folder = checkpoint_folder(paths, text) if text in KINDS else _find_folder(paths, text)
    try:
        return None if folder is None else (folder / MODEL_NAME).stat().st_mtime_ns
    except OSError:
        return None


def load_model(ref: ModelRef) -> ModelArchive:
    """The checked tensors of a folder or a file, and what is known of them; a folder's must be exactly what
    was saved there.

    ValueError for a reference player, which has no file.
    """
    if ref.path is None:
        raise ValueError(f"the reference player {ref.name} has no model file")
    if ref.kind == "file":
        return read_model(ref.path)
    checkpoint = load_checkpoint(ref.path)
    model = parse_model(checkpoint.read(MODEL_NAME), f"{MODEL_NAME} of {ref.name}")
    return dataclasses.replace(model, metadata=checkpoint.metadata)


def save_slot(paths: DataPaths, name: str, source: Kind = "latest", *, overwrite: bool = False) -> Path:
    """Copy the model of a checkpoint to a slot."""
    checkpoint = load_checkpoint(checkpoint_folder(paths, source))
    return save_slot_bytes(paths, name, checkpoint.read(MODEL_NAME), checkpoint.metadata, overwrite=overwrite)


def check_new_slot(paths: DataPaths, name: str) -> None:
    """SlotNameError where no model can be saved under that name: not allowed, or taken."""
    _free_folder(paths, name, overwrite=False, shipping=False)


def save_slot_bytes(
    paths: DataPaths, name: str, model_zip: bytes, metadata: Metadata, *, overwrite: bool = False
) -> Path:
    """Save a model under a name; SlotNameError where it is not allowed, or taken and not to be overwritten.

    Metadata of origin "shipped" makes, or replaces, a model that ships with the program.
    """
    folder = _free_folder(paths, name, overwrite=overwrite, shipping=metadata.origin == "shipped")
    write_model_folder(
        folder, {MODEL_NAME: model_zip}, dataclasses.replace(metadata, name=normalize_name(name))
    )
    return folder


def update_slot_metadata(paths: DataPaths, name: str, metadata: Metadata) -> None:
    """Replace what is said about a slot, as after an evaluation; its model stays."""
    folder = _own_folder(paths, name)
    model_zip = load_checkpoint(folder).read(MODEL_NAME)
    write_model_folder(folder, {MODEL_NAME: model_zip}, metadata)


def rename_slot(paths: DataPaths, old: str, new: str) -> Path:
    """Give a slot another name; the model is copied whole before the old folder goes."""
    source = _own_folder(paths, old)
    checkpoint = load_checkpoint(source, verify=True)
    metadata = dataclasses.replace(checkpoint.metadata, name=normalize_name(new))
    if paths.slots / slot_folder_name(new) == source:
        write_model_folder(source, {MODEL_NAME: checkpoint.read(MODEL_NAME)}, metadata)
        return source
    target = save_slot_bytes(paths, new, checkpoint.read(MODEL_NAME), metadata)
    remove_folder(source)
    return target


def delete_slot(paths: DataPaths, name: str) -> None:
    """Delete a slot, a damaged one too."""
    if not remove_folder(_own_folder(paths, name)):
        raise StorageError(
            f"the slot {shorten_for_message(name)} could not be deleted, perhaps its folder is read-only"
        )


def read_entry(paths: DataPaths, folder: Path, kind: EntryKind) -> ModelEntry | None:
    """What a folder holds, damaged models included; None where there is nothing."""
    try:
        checkpoint = load_checkpoint(folder)
    except UnknownModelError:
        return None
    except StorageError as error:
        return ModelEntry(folder.name, kind, folder, error=str(error))
    if kind == "slot" and _is_shipped(paths, checkpoint.folder, checkpoint.metadata):
        kind = "shipped"
    return ModelEntry(folder.name, kind, checkpoint.folder, checkpoint.metadata)


def _folders(parent: Path | None) -> list[Path]:
    if parent is None:
        return []
    try:
        names = sorted(name for name in os.listdir(parent) if is_plain_folder_name(name))
    except OSError:
        return []
    return [parent / name for name in names[:MAX_SLOTS]]


def _is_read_only(paths: DataPaths, folder: Path) -> bool:
    entry = read_entry(paths, folder, "slot")
    return entry is not None and entry.is_read_only


def _is_shipped(paths: DataPaths, folder: Path, metadata: Metadata) -> bool:
    return metadata.origin == "shipped" and folder.parent == paths.shipped_slots


def _find_folder(paths: DataPaths, text: str) -> Path | None:
    """The slot's folder, by its name or its folder's, among one's own and then among the shipped ones."""
    try:
        name = slot_folder_name(text)
    except SlotNameError:
        return None
    if os.path.lexists(paths.slots / name):
        return paths.slots / name
    if paths.shipped_slots is None or not os.path.lexists(paths.shipped_slots / name):
        return None
    entry = read_entry(paths, paths.shipped_slots / name, "slot")
    return entry.folder if entry is not None and entry.kind == "shipped" else None


def _own_folder(paths: DataPaths, name: str) -> Path:
    folder = _find_folder(paths, name)
    if folder is None:
        raise UnknownModelError(
            f"there is no slot {shorten_for_message(name, 80)}; known are {_known_names(paths)}"
        )
    if _is_read_only(paths, folder):
        raise SlotNameError(f"{folder.name} ships with the program and cannot be changed")
    return folder


def _free_folder(paths: DataPaths, name: str, *, overwrite: bool, shipping: bool) -> Path:
    folder = paths.slots / slot_folder_name(name)
    found = _find_folder(paths, name)
    if found is None or (shipping and overwrite):
        return folder
    if _is_read_only(paths, found):
        raise SlotNameError(f"{found.name} ships with the program, choose another name")
    if not overwrite:
        raise SlotNameError(f"the slot {shorten_for_message(normalize_name(name))} exists already")
    return folder


def _existing_path(text: str) -> Path | None:
    try:
        path = Path(text).expanduser().absolute()
        return path if text.strip() and path.name and path.exists() else None
    except (OSError, ValueError, RuntimeError):
        return None


def _known_names(paths: DataPaths) -> str:
    names = [entry.name for entry in list_models(paths)]
    return ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
