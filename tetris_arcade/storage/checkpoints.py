"""Checkpoints (latest, best, final): saved atomically, verified when read, repaired after a crash."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.atomic import (
    backup_folder,
    file_size,
    folder_names,
    follow_links,
    interrupted_saves,
    is_link,
    path_exists,
    read_file,
    remove_folder,
    write_folder_atomic,
)
from tetris_arcade.storage.checkpoint_names import Kind, checkpoint_folder, checkpoint_name
from tetris_arcade.storage.errors import (
    DamagedError,
    DiskFullError,
    ReplacedError,
    StorageError,
    UnknownModelError,
    UnreadableError,
    describe_os_error,
)
from tetris_arcade.storage.metadata import (
    MAX_FILES,
    MAX_METADATA_BYTES,
    FileDigest,
    Metadata,
    add_manifest,
    encode_metadata,
    parse_metadata,
)

logger = logging.getLogger(__name__)

METADATA_NAME = "metadata.json"
MODEL_NAME = "model.zip"
TRAINER_STATE_NAME = "trainer_state.npz"
MAX_CHECKPOINT_FILE_BYTES = 512 * 2**20
MAX_DAMAGED = 3

_MAX_REPLACEMENTS = 50
"""How often a reading starts again because the checkpoint is saved meanwhile."""
_LEFTOVER = re.compile(r"\.(.+)\.(?:prev|[0-9a-f]{20}\.new)")
"""What an interrupted save leaves, and the backup."""
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True)
class Checkpoint:
    """A complete checkpoint or slot on disk; its files are read on demand and verified."""

    folder: Path
    metadata: Metadata

    def read(self, name: str) -> bytes:
        """Read one file.

        Raises DamagedError if it is missing or differs from what was saved, UnreadableError if it cannot be
        read now, ReplacedError if the folder holds another save than the one whose metadata this is.
        """
        digest = self.metadata.files.get(name)
        if digest is None:
            raise DamagedError(f"{checkpoint_name(self.folder)} has no {name}")
        try:
            return self._read_verified(name, digest)
        except DamagedError as error:
            if not self._is_replaced():
                raise
            what = checkpoint_name(self.folder)
            raise ReplacedError(f"{what} was saved again or deleted while it was read") from error

    def _is_replaced(self) -> bool:
        """Whether the folder has gone, or holds another save by now."""
        while (before := _identity(self.folder)) is not None:
            try:
                return read_metadata(self.folder).files != self.metadata.files
            except DamagedError:
                if _identity(self.folder) == before:
                    return False
        return True

    def _read_verified(self, name: str, digest: FileDigest) -> bytes:
        content = read_file(self.folder / name, min(digest.size, MAX_CHECKPOINT_FILE_BYTES))
        if len(content) != digest.size or hashlib.sha256(content).hexdigest() != digest.sha256:
            raise DamagedError(
                f"{name} of {checkpoint_name(self.folder)} is damaged: it is not what was saved"
            )
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
        if not remove_backup(folder):
            raise
        write_model_folder(folder, files, metadata)
    return folder


def load_checkpoint(folder: Path, *, verify: bool = False) -> Checkpoint:
    """Load the checkpoint in a folder, or the one that a crash left beside it. Changes nothing on disk.

    verify: compare every file's content with the manifest; otherwise only the sizes.
    Raises UnknownModelError if there is none and DamagedError if none is complete. Only damage leads to the
    next one: UnreadableError and NewerVersionError are raised, because that checkpoint may be sound.

    Another process may save it meanwhile: then it is loaded again.
    """
    for _ in range(_MAX_REPLACEMENTS):
        before = _identity(folder)
        try:
            return _load_first_complete(folder, verify)
        except (DamagedError, UnknownModelError, ReplacedError):
            if _identity(folder) == before:
                raise
    raise ReplacedError(f"{checkpoint_name(folder)} cannot be read: it is replaced again and again")


def read_current(checkpoint: Checkpoint, name: str) -> tuple[Checkpoint, bytes]:
    """Read a file of a checkpoint, or of the one that has replaced it; returns that checkpoint, too.

    Raises the errors of `Checkpoint.read` and `load_checkpoint`.
    """
    for _ in range(_MAX_REPLACEMENTS):
        try:
            return checkpoint, checkpoint.read(name)
        except ReplacedError:
            checkpoint = load_checkpoint(_usual_folder(checkpoint.folder))
    return checkpoint, checkpoint.read(name)


def read_current_files(
    checkpoint: Checkpoint, name: str, *optional: str
) -> tuple[Checkpoint, dict[str, bytes]]:
    """Read a file, and those of the `optional` ones that there are, all of one save, as `read_current`."""
    for _ in range(_MAX_REPLACEMENTS):
        checkpoint, content = read_current(checkpoint, name)
        names = [other for other in optional if other in checkpoint.metadata.files]
        with contextlib.suppress(ReplacedError):
            return checkpoint, {name: content, **{other: checkpoint.read(other) for other in names}}
    raise ReplacedError(
        f"{checkpoint_name(checkpoint.folder)} cannot be read: it is replaced again and again"
    )


def _usual_folder(folder: Path) -> Path:
    """Where the checkpoint belongs that was found in a folder, perhaps what a crash left."""
    match = _LEFTOVER.fullmatch(folder.name)
    return folder if match is None else folder.with_name(match[1])


def _load_first_complete(folder: Path, verify: bool) -> Checkpoint:
    first_error: DamagedError | None = None
    for candidate in _candidates(folder):
        try:
            return _load_complete(candidate, verify)
        except DamagedError as error:
            first_error = first_error or error
    if first_error is None:
        raise UnknownModelError(f"there is no checkpoint {checkpoint_name(folder)} in {folder.parent}")
    raise DamagedError(f"{checkpoint_name(folder)} cannot be used: {first_error}") from first_error


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
    folder = follow_links(folder)
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


def _identity(folder: Path) -> tuple[int, int, int] | None:
    """Another one whenever the folder is replaced; None if there is none."""
    try:
        status = os.stat(folder)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_ctime_ns


def _candidates(folder: Path) -> Iterator[Path]:
    """Folders that may hold the checkpoint, in order of preference.

    Lazily, because searching for the remains of a crash beside each of a thousand slots takes a minute.
    """
    is_there = path_exists(follow_links(folder))
    if is_there:
        yield folder
    yield from reversed(interrupted_saves(folder))
    previous = backup_folder(folder)
    if path_exists(previous):
        yield previous
    if not is_there and is_link(folder):  # Perhaps its disk is not mounted.
        yield folder


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


def remove_backup(folder: Path) -> bool:
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
    """Rename a damaged checkpoint to NAME.damaged-NUMBER; its new name, None if it could not be renamed."""
    try:
        if not path_exists(damaged):
            return None
        earlier = _damaged_names(folder)
        renamed = f"{folder.name}.damaged-{1 + max([0, *map(_damaged_number, earlier)])}"
        os.rename(damaged, folder.with_name(renamed))
    except (OSError, UnreadableError):
        return None
    for name in earlier[: 1 - MAX_DAMAGED]:
        logger.warning("deleting %s: at most %d damaged ones are kept", name, MAX_DAMAGED)
        remove_folder(folder.with_name(name))
    return renamed


def _damaged_names(folder: Path) -> list[str]:
    """The renamed damaged checkpoints, oldest first, by their numbers: the clock may have been set back."""
    pattern = re.compile(rf"{re.escape(folder.name)}\.damaged-[0-9]+(-[0-9]+)*")
    return sorted(filter(pattern.fullmatch, folder_names(folder.parent)), key=_damaged_number)


def _damaged_number(name: str) -> int:
    """The number of a damaged checkpoint; 0 if an earlier version named it by the time."""
    number = name.rpartition(".damaged-")[2]
    return int(number) if number.isdigit() else 0
