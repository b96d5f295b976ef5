"""Checkpoints (latest, best, final): saved atomically, verified when read, repaired after a crash."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.atomic import (
    backup_folder,
    file_size,
    folder_names,
    interrupted_saves,
    is_link,
    path_exists,
    read_file,
    remove_folder,
    write_folder_atomic,
)
from tetris_arcade.storage.errors import (
    DamagedError,
    DiskFullError,
    NewerVersionError,
    StorageError,
    UnknownModelError,
    UnreadableError,
    describe_os_error,
)
from tetris_arcade.storage.metadata import (
    MAX_FILES,
    MAX_METADATA_BYTES,
    Metadata,
    add_manifest,
    encode_metadata,
    parse_metadata,
)

METADATA_NAME = "metadata.json"
MODEL_NAME = "model.zip"
MAX_CHECKPOINT_FILE_BYTES = 512 * 2**20
MAX_ARCHIVED_RUNS = 3
MAX_DAMAGED = 3

Kind = Literal["latest", "best", "final"]
KINDS: tuple[Kind, ...] = ("latest", "best", "final")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_LEFTOVER = re.compile(r"\.([a-z0-9][a-z0-9_-]*)\.(?:prev|[0-9a-f]{20}\.new)")


@dataclass(frozen=True)
class Checkpoint:
    """A complete checkpoint or slot on disk; its files are read on demand and verified."""

    folder: Path
    metadata: Metadata

    def read(self, name: str) -> bytes:
        """Read one file.

        Raises DamagedError if it is missing or differs from what was saved, UnreadableError if it cannot be
        read now.
        """
        digest = self.metadata.files.get(name)
        if digest is None:
            raise DamagedError(f"{self.folder.name} has no {name}")
        content = read_file(self.folder / name, min(digest.size, MAX_CHECKPOINT_FILE_BYTES))
        if len(content) != digest.size or hashlib.sha256(content).hexdigest() != digest.sha256:
            raise DamagedError(f"{name} of {self.folder.name} is damaged: it is not what was saved")
        return content


@dataclass(frozen=True)
class RecoveryResult:
    """The checkpoint that was found, and a message if something had to be repaired."""

    checkpoint: Checkpoint | None
    message: str | None = None


def save_checkpoint(paths: DataPaths, kind: Kind, files: Mapping[str, bytes], metadata: Metadata) -> Path:
    """Save a checkpoint and keep the previous one as a backup; returns its folder.

    The manifest, and `saved_at` if empty, are filled in. If the disk is too full for both, the backup is
    deleted. Raises StorageError if nothing was saved.
    """
    folder = checkpoint_folder(paths, kind)
    try:
        write_model_folder(folder, files, metadata, keep_previous=True)
    except DiskFullError:
        if not _remove_backup(folder):
            raise
        write_model_folder(folder, files, metadata)
    return folder


def load_checkpoint(folder: Path, *, verify: bool = False) -> Checkpoint:
    """Load the checkpoint in a folder, or the one that a crash left beside it. Changes nothing on disk.

    verify: compare every file's content with the manifest; otherwise only the sizes.
    Raises UnknownModelError if there is none and DamagedError if none is complete. Only damage leads to the
    next one: UnreadableError and NewerVersionError are raised, because that checkpoint may be sound.
    """
    first_error: DamagedError | None = None
    for candidate in _candidates(folder):
        try:
            return _load_complete(candidate, verify)
        except DamagedError as error:
            first_error = first_error or error
    if first_error is None:
        raise UnknownModelError(f"there is no checkpoint {folder.name} in {folder.parent}")
    raise DamagedError(f"{folder.name} cannot be used: {first_error}") from first_error


def recover_checkpoint(folder: Path) -> RecoveryResult:
    """Put a complete, verified checkpoint in place. Only for the process that holds the data folder's lock.

    A damaged one is renamed and kept (at most MAX_DAMAGED). Raises UnreadableError or NewerVersionError, and
    changes nothing, if a checkpoint that may be sound cannot be used.
    """
    try:
        checkpoint = load_checkpoint(folder, verify=True)
    except UnknownModelError:
        return RecoveryResult(None)
    except DamagedError as error:
        new_names = [_rename_damaged(candidate, folder) for candidate in list(_candidates(folder))]
        return RecoveryResult(
            None, f"{error}; it was renamed to {new_names[0]}." if any(new_names) else f"{error}."
        )
    if checkpoint.folder == folder:
        return RecoveryResult(checkpoint)
    new_name = _rename_damaged(folder, folder)
    try:
        os.rename(checkpoint.folder, folder)
    except OSError as error:
        return RecoveryResult(checkpoint, f"{folder.name} could not be repaired: {describe_os_error(error)}.")
    fault = f"was damaged and renamed to {new_name}" if new_name else "was missing after a crash"
    repaired = Checkpoint(folder, checkpoint.metadata)
    return RecoveryResult(
        repaired, f"{folder.name} {fault}; the one saved at {repaired.metadata.saved_at} is used."
    )


def repair_storage(paths: DataPaths) -> list[str]:
    """Repair checkpoints and slots at the program's start; returns a message per repair.

    Only for the process that holds the data folder's lock. Never raises.
    """
    messages = [_recover(paths.checkpoints / kind).message for kind in KINDS]
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


def archive_latest(paths: DataPaths) -> Path | None:
    """Rename `latest` to `latest.TIME` before a new run starts; None if there is none.

    The newest MAX_ARCHIVED_RUNS are kept.
    """
    if recover_checkpoint(paths.latest).checkpoint is None:
        return None
    archived = _free_name(paths.latest, time.strftime("%Y%m%d-%H%M%S"))
    try:
        os.rename(paths.latest, archived)
    except OSError as error:
        raise StorageError(f"latest could not be renamed: {describe_os_error(error)}") from error
    remove_folder(backup_folder(paths.latest))
    _remove_oldest(paths.checkpoints, re.compile(r"latest\.\d{8}-\d{6}(-\d+)?"), MAX_ARCHIVED_RUNS)
    return archived


def checkpoint_folder(paths: DataPaths, kind: str) -> Path:
    """The folder of a checkpoint; raises ValueError for an unknown kind."""
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    return paths.checkpoints / kind


def write_model_folder(
    folder: Path, files: Mapping[str, bytes], metadata: Metadata, *, keep_previous: bool = False
) -> None:
    """Save files, and the metadata with their digests, atomically."""
    for name in files:
        if name == METADATA_NAME or not _FILE_NAME.fullmatch(name):
            raise ValueError(f"a checkpoint's file cannot be called {name!r}")
    if len(files) > MAX_FILES:
        raise ValueError(f"a checkpoint has at most {MAX_FILES} files, got {len(files)}")
    try:
        manifest = encode_metadata(add_manifest(metadata, files))
    except ValueError as error:
        raise StorageError(f"{folder.name} was not saved: {error}") from error
    write_folder_atomic(folder, {**files, METADATA_NAME: manifest}, keep_previous=keep_previous)


def read_metadata(folder: Path) -> Metadata:
    """Read the metadata in a model's folder.

    Raises DamagedError if it is missing or damaged, UnreadableError or NewerVersionError if it may be sound.
    """
    if is_link(folder) and not path_exists(folder / METADATA_NAME):
        # Perhaps a disk that is not mounted.
        raise UnreadableError(f"{folder.name} cannot be read: the folder that it links to is not there")
    content = read_file(folder / METADATA_NAME, MAX_METADATA_BYTES)
    return parse_metadata(content, f"{folder.name}/{METADATA_NAME}")


def _candidates(folder: Path) -> Iterator[Path]:
    """Folders that may hold the checkpoint, in order of preference.

    Lazily, because searching for the remains of a crash beside each of a thousand slots takes a minute.
    """
    if path_exists(folder):
        yield folder
    yield from reversed(interrupted_saves(folder))
    previous = backup_folder(folder)
    if path_exists(previous):
        yield previous


def _load_complete(folder: Path, verify: bool) -> Checkpoint:
    checkpoint = Checkpoint(folder, read_metadata(folder))
    for name, digest in checkpoint.metadata.files.items():
        if not _FILE_NAME.fullmatch(name):
            raise DamagedError(f"{folder.name}/{METADATA_NAME} is damaged: it has an invalid file name")
        if verify:
            checkpoint.read(name)
        elif file_size(folder / name) != digest.size:
            raise DamagedError(f"{name} of {folder.name} is missing or truncated")
    return checkpoint


def _remove_backup(folder: Path) -> bool:
    """Delete the backup to free disk space, if the checkpoint itself is complete; returns whether it did."""
    previous = backup_folder(folder)
    try:
        if not path_exists(previous):
            return False
        _load_complete(folder, verify=True)
    except StorageError:
        return False
    return remove_folder(previous)


def _rename_damaged(damaged: Path, folder: Path) -> str | None:
    """Rename a damaged checkpoint to NAME.damaged-TIME; its new name, None if it could not be renamed."""
    if not os.path.lexists(damaged):
        return None
    renamed = _free_name(folder, f"damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    pattern = re.compile(rf"{re.escape(folder.name)}\.damaged-\d{{8}}-\d{{6}}(-\d+)?")
    try:
        os.rename(damaged, renamed)
        _remove_oldest(folder.parent, pattern, MAX_DAMAGED)
    except OSError:
        return None
    return renamed.name


def _free_name(folder: Path, suffix: str) -> Path:
    path, number = folder.with_name(f"{folder.name}.{suffix}"), 1
    while os.path.lexists(path):
        number += 1
        path = folder.with_name(f"{folder.name}.{suffix}-{number}")
    return path


def _remove_oldest(parent: Path, pattern: re.Pattern[str], num_kept: int) -> None:
    found = sorted((path for path in parent.iterdir() if pattern.fullmatch(path.name)), key=_mtime)
    for path in found[:-num_kept]:
        remove_folder(path)


def _mtime(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
