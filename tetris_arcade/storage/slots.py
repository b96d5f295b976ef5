"""Slots: the models that users name, keep, share and play, and how a name on the command line finds one."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tetris_arcade.config.evaluation import Evaluation
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import shorten_for_message
from tetris_arcade.config.reference_players import REFERENCE_PLAYERS
from tetris_arcade.storage.ages import AGES_NAME, find_age, load_ages, parse_age_name
from tetris_arcade.storage.atomic import folder_names, path_exists, remove_folder
from tetris_arcade.storage.checkpoint_names import (
    KINDS,
    checkpoint_folder,
    checkpoint_name,
    is_checkpoint_name,
    kept_runs,
    run_folder,
)
from tetris_arcade.storage.checkpoints import (
    METADATA_NAME,
    MODEL_NAME,
    Checkpoint,
    load_checkpoint,
    read_current,
    read_current_files,
    write_model_folder,
)
from tetris_arcade.storage.errors import (
    DamagedError,
    SlotNameError,
    SlotTakenError,
    StorageError,
    UnknownModelError,
    UnreadableError,
)
from tetris_arcade.storage.foreign_files import describe_folder
from tetris_arcade.storage.metadata import Metadata
from tetris_arcade.storage.model_archive import ModelArchive, parse_model, read_model
from tetris_arcade.storage.policy_shape import describe_policy
from tetris_arcade.storage.slot_names import is_plain_folder_name, normalize_name, slot_folder_name

EntryKind = Literal["slot", "shipped", "checkpoint", "reference"]


@dataclass(frozen=True)
class ModelEntry:
    """One entry of the list of models.

    name: what commands accept. folder: where its files are, None for a reference player. error: why the model
    cannot be used, `error_summary` in two words; it has no metadata then.
    """

    name: str
    kind: EntryKind
    folder: Path | None = None
    metadata: Metadata | None = None
    error: str | None = None
    error_summary: str = ""

    @property
    def display_name(self) -> str:
        """The name as its user typed it."""
        return self.metadata.name if self.metadata is not None and self.kind != "checkpoint" else self.name

    @property
    def evaluation(self) -> Evaluation | None:
        """The stored evaluation of a model or reference player; None if there is none."""
        if self.kind == "reference":
            return REFERENCE_PLAYERS[self.name].evaluation
        return None if self.metadata is None else self.metadata.evaluation

    @property
    def is_read_only(self) -> bool:
        """Whether it can be neither renamed nor deleted."""
        return self.kind != "slot"

    def checkpoint(self) -> Checkpoint:
        """The model's files and metadata; raises StorageError if it cannot be used."""
        if self.folder is None or self.metadata is None:
            raise StorageError(self.error or f"{self.name} has no model file")
        return Checkpoint(self.folder, self.metadata)


@dataclass(frozen=True)
class ModelRef:
    """What a name refers to: a checkpoint or slot, a file, or, if neither is set, a reference player.

    age: the timesteps at which the network of the checkpoint is meant; None for its newest one.
    """

    name: str
    checkpoint: Checkpoint | None = None
    file: Path | None = None
    age: int | None = None

    @property
    def is_reference_player(self) -> bool:
        """Whether it has no model file."""
        return self.checkpoint is None and self.file is None


def list_models(paths: DataPaths) -> list[ModelEntry]:
    """Slots by name, shipped models, checkpoints, runs that were set aside, and the reference players.

    Never raises.
    """
    entries = iter_models(paths, lambda folder, kind: read_entry(paths, folder, kind))
    return [entry for entry in entries if entry is not None]


def rank_key(entry: ModelEntry) -> tuple[bool, bool, float]:
    """Sorts models by their lines in the standard test, then those with another result, then the rest.

    Results under other conditions do not compare, so those models keep their order.
    """
    result = entry.evaluation
    is_ranked = result is not None and result.is_ranked
    return not is_ranked, result is None, -result.mean_lines if result is not None and is_ranked else 0.0


def iter_models(
    paths: DataPaths, read: Callable[[Path, EntryKind], ModelEntry | None]
) -> Iterator[ModelEntry | None]:
    """Yield the entries of `list_models` one by one, each folder read by `read`.

    Yields None for a folder without an entry.
    """
    own = set()
    try:
        for folder in _folders(paths.slots):
            own.add(folder.name)
            yield read(folder, "slot")
    except UnreadableError as error:
        yield _unreadable_entry(paths.slots, error)
    # In a checkout this folder also holds the user's own slots; elsewhere only the shipped ones are listed.
    with contextlib.suppress(UnreadableError):
        others = [] if paths.shipped_slots in (None, paths.slots) else _folders(paths.shipped_slots)
        for folder in others:
            entry = None if folder.name in own else read(folder, "slot")
            yield entry if entry is not None and entry.kind == "shipped" else None
    yield from (read(folder, "checkpoint") for folder in _checkpoint_folders(paths))
    yield from (ModelEntry(name, "reference") for name in REFERENCE_PLAYERS)


def find_model(paths: DataPaths, name: str) -> ModelEntry | None:
    """The entry of a slot, by its name or its folder's name: the user's own before a shipped one.

    None if there is none. Reads one folder, unlike `list_models`. Raises UnreadableError if that is unknown.
    """
    try:
        folder_name = slot_folder_name(name)
    except SlotNameError:
        return None
    if path_exists(paths.slots / folder_name):
        return read_entry(paths, paths.slots / folder_name, "slot")
    if paths.shipped_slots is None or not path_exists(paths.shipped_slots / folder_name):
        return None
    entry = read_entry(paths, paths.shipped_slots / folder_name, "slot")
    return entry if entry is not None and entry.kind == "shipped" else None


def has_checkpoint(paths: DataPaths, name: str) -> bool:
    """Whether the checkpoint exists, even if it cannot be used."""
    try:
        load_checkpoint(checkpoint_folder(paths, name))
    except UnknownModelError:
        return False
    except StorageError:
        return True
    return True


def resolve_slot(paths: DataPaths, text: str) -> ModelRef:
    """Find the slot, checkpoint, reference player or path that `text` names, and read its metadata.

    `latest@5000` names a checkpoint or slot as it was after 5,000 timesteps, see `storage.ages`.
    Raises UnknownModelError if there is none, StorageError if it is damaged.
    """
    if text in REFERENCE_PLAYERS:
        return ModelRef(text)
    if is_checkpoint_name(text):
        return ModelRef(text, load_checkpoint(checkpoint_folder(paths, text)))
    entry = find_model(paths, text)
    if entry is not None:
        return ModelRef(entry.name, entry.checkpoint())
    path = _existing_path(text)
    if path is None:
        age = parse_age_name(text)
        if age is None:
            raise _unknown_slot(paths, text)
        return _resolve_age(paths, *age)
    if not path.is_dir():
        return ModelRef(path.name, file=path)
    try:
        return ModelRef(path.name, load_checkpoint(path))
    except (DamagedError, UnknownModelError) as error:
        if path_exists(path / METADATA_NAME):
            raise
        raise UnknownModelError(describe_folder(path)) from error


def _resolve_age(paths: DataPaths, name: str, timesteps: int) -> ModelRef:
    ref = resolve_slot(paths, name)
    if ref.checkpoint is None:
        raise UnknownModelError(f"{shorten_for_message(name, 80)} is no model that keeps copies of itself")
    find_age(load_ages(ref.checkpoint), timesteps, ref.name)
    return dataclasses.replace(ref, age=timesteps)


def model_mtime(paths: DataPaths, text: str) -> int | None:
    """Modification time of a model's file, in nanoseconds; None if the name has no folder of its own."""
    try:
        if is_checkpoint_name(text):
            folder: Path | None = checkpoint_folder(paths, text)
        else:
            entry = find_model(paths, text)
            folder = None if entry is None else entry.folder
        return None if folder is None else (folder / MODEL_NAME).stat().st_mtime_ns
    except (OSError, UnreadableError):
        return None


def load_model(ref: ModelRef) -> ModelArchive:
    """Read the tensors and metadata of a checkpoint, slot or file, and check them.

    Raises StorageError if a checkpoint's file differs from what was saved, ArchiveError if the archive is
    refused, ValueError for a reference player.
    """
    if ref.file is not None:
        model = read_model(ref.file)
        describe_policy(model.policy)
        return model
    if ref.checkpoint is None:
        raise ValueError(f"the reference player {ref.name} has no model file")
    if ref.age is not None:
        return _load_age(ref.checkpoint, ref.age, ref.name)
    checkpoint, content = read_current(ref.checkpoint, MODEL_NAME)
    model = parse_model(content, f"{MODEL_NAME} of {ref.name}")
    return dataclasses.replace(model, metadata=checkpoint.metadata)


def _load_age(checkpoint: Checkpoint, timesteps: int, name: str) -> ModelArchive:
    age = find_age(load_ages(checkpoint), timesteps, name)
    policy = age.full_policy()
    describe_policy(policy)
    metadata = dataclasses.replace(checkpoint.metadata, timesteps=age.timesteps, evaluation=None)
    return ModelArchive(policy, metadata, b"")


def read_model_files(checkpoint: Checkpoint) -> tuple[Checkpoint, dict[str, bytes]]:
    """The files of a model that every copy of it keeps: the archive, and its ages if it carries them."""
    return read_current_files(checkpoint, MODEL_NAME, AGES_NAME)


def save_slot(paths: DataPaths, name: str, source: str = "latest", *, overwrite: bool = False) -> Path:
    """Copy the model of a checkpoint to a slot; returns the slot's folder."""
    found = load_checkpoint(checkpoint_folder(paths, source))
    checkpoint, files = read_model_files(found)
    return save_slot_files(paths, name, files, checkpoint.metadata, overwrite=overwrite)


def check_new_slot(paths: DataPaths, name: str) -> None:
    """Raise SlotNameError if no new slot can have that name: it is not allowed, or taken."""
    _free_folder(paths, name, overwrite=False, shipping=False)


def save_slot_bytes(
    paths: DataPaths, name: str, model_zip: bytes, metadata: Metadata, *, overwrite: bool = False
) -> Path:
    """Save a model without ages to a slot, as `save_slot_files`."""
    return save_slot_files(paths, name, {MODEL_NAME: model_zip}, metadata, overwrite=overwrite)


def save_slot_files(
    paths: DataPaths, name: str, files: Mapping[str, bytes], metadata: Metadata, *, overwrite: bool = False
) -> Path:
    """Save a model to a slot; returns the slot's folder. files: as `read_model_files` returns them.

    Metadata with origin "shipped" makes, or with `overwrite` replaces, a shipped model. Raises SlotNameError
    if the name is not allowed, or taken without `overwrite`.
    """
    folder = _free_folder(paths, name, overwrite=overwrite, shipping=metadata.origin == "shipped")
    write_model_folder(folder, files, dataclasses.replace(metadata, name=normalize_name(name)))
    return folder


def save_slot_evaluation(paths: DataPaths, name: str, evaluation: Evaluation) -> None:
    """Replace the evaluation in a slot's metadata, but never a ranked one by one under other conditions."""
    entry = _own_slot(paths, name)
    checkpoint, files = read_model_files(entry.checkpoint())
    stored = checkpoint.metadata.evaluation
    if stored is not None and stored.is_ranked and not evaluation.is_ranked:
        return
    metadata = dataclasses.replace(checkpoint.metadata, evaluation=evaluation)
    write_model_folder(paths.slots / entry.name, files, metadata)


def rename_slot(paths: DataPaths, old: str, new: str, *, overwrite: bool = False) -> Path:
    """Rename a slot; the old folder is deleted after the model has been copied. Returns the new folder.

    Raises SlotNameError if the name is not allowed, or taken without `overwrite`.
    """
    source = paths.slots / _own_slot(paths, old).name
    checkpoint, files = read_model_files(load_checkpoint(source, verify=True))
    metadata = dataclasses.replace(checkpoint.metadata, name=normalize_name(new))
    if paths.slots / slot_folder_name(new) == source:
        write_model_folder(source, files, metadata)
        return source
    target = save_slot_files(paths, new, files, metadata, overwrite=overwrite)
    remove_folder(source)
    return target


def delete_slot(paths: DataPaths, name: str) -> None:
    """Delete a slot, even a damaged one."""
    if not remove_folder(paths.slots / _own_slot(paths, name).name):
        raise StorageError(
            f"the slot {shorten_for_message(name)} could not be deleted, perhaps its folder is read-only"
        )


def read_entry(paths: DataPaths, folder: Path, kind: EntryKind) -> ModelEntry | None:
    """The entry of a folder, also of a damaged one; None if there is nothing."""
    name = checkpoint_name(folder) if kind == "checkpoint" else folder.name
    try:
        checkpoint = load_checkpoint(folder)
    except UnknownModelError:
        return None
    except StorageError as error:
        return ModelEntry(name, kind, folder, error=str(error), error_summary=error.summary)
    if kind == "slot" and _is_shipped(paths, checkpoint):
        kind = "shipped"
    return ModelEntry(name, kind, checkpoint.folder, checkpoint.metadata)


def _folders(parent: Path | None) -> list[Path]:
    """The slots in a folder; raises UnreadableError if it cannot be read now."""
    if parent is None:
        return []
    names = [name for name in folder_names(parent) if is_plain_folder_name(name)]
    return [parent / name for name in names]


def _checkpoint_folders(paths: DataPaths) -> list[Path]:
    """The folders of the current run's checkpoints, then those of the runs that were set aside."""
    with contextlib.suppress(UnreadableError):
        runs = [run_folder(paths, number) for number in kept_runs(paths)]
        return [run / kind for run in (paths.checkpoints, *runs) for kind in KINDS]
    return [paths.checkpoints / kind for kind in KINDS]


def _unreadable_entry(folder: Path, error: UnreadableError) -> ModelEntry:
    """The list's entry for a folder that cannot be read now."""
    return ModelEntry(folder.name, "slot", folder, error=str(error), error_summary=error.summary)


def _is_shipped(paths: DataPaths, checkpoint: Checkpoint) -> bool:
    if checkpoint.metadata.origin != "shipped" or paths.shipped_slots is None:
        return False
    # A link may give the folder another path.
    return os.path.realpath(checkpoint.folder.parent) == os.path.realpath(paths.shipped_slots)


def _own_slot(paths: DataPaths, name: str) -> ModelEntry:
    """The entry of a slot that can be changed."""
    entry = find_model(paths, name)
    if entry is None:
        raise _unknown_slot(paths, name)
    if entry.is_read_only:
        raise SlotNameError(f"{entry.name} ships with the program and cannot be changed")
    return entry


def _free_folder(paths: DataPaths, name: str, *, overwrite: bool, shipping: bool) -> Path:
    folder = paths.slots / slot_folder_name(name)
    entry = find_model(paths, name)
    if entry is None or (shipping and overwrite):
        return folder
    if entry.is_read_only:
        raise SlotNameError(f"{entry.name} ships with the program, choose another name")
    if not overwrite:
        raise SlotTakenError(f"the slot {shorten_for_message(normalize_name(name))} exists already")
    return folder


def _existing_path(text: str) -> Path | None:
    try:
        path = Path(text).expanduser().absolute()
        return path if text.strip() and path.name and path.exists() else None
    except (OSError, ValueError, RuntimeError):
        return None


def _unknown_slot(paths: DataPaths, name: str) -> UnknownModelError:
    names = [entry.name for entry in list_models(paths)]
    known = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return UnknownModelError(f"there is no slot {shorten_for_message(name, 80)}; known are {known}")
