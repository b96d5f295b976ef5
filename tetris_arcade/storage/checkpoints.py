"""The checkpoints latest, best and final: folders saved whole, checked when read, mended after a crash."""

from __future__ import annotations

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
    interrupted_saves,
    read_file,
    remove_folder,
    write_folder_atomic,
)
from tetris_arcade.storage.errors import DiskFullError, StorageError, UnknownModelError, describe_os_error
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
MAX_SET_ASIDE = 3
MAX_EVIDENCE = 3

Kind = Literal["latest", "best", "final"]
KINDS: tuple[Kind, ...] = ("latest", "best", "final")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_LEFTOVER = re.compile(r"\.([a-z0-9][a-z0-9_-]*)\.(?:prev|[0-9a-f]{20}\.new)")


@dataclass(frozen=True)
class Checkpoint:
    """A whole checkpoint or slot as it lies on the disk. Files are read when asked for, and checked."""

    folder: Path
    metadata: Metadata

    def read(self, name: str) -> bytes:
        """The content of one file, exactly as it was saved; StorageError where it is missing or changed."""
        facts = self.metadata.files.get(name)
        if facts is None:
            raise StorageError(f"{self.folder.name} has no {name}")
        content = read_file(self.folder / name, min(facts.size, MAX_CHECKPOINT_FILE_BYTES))
        if len(content) != facts.size or hashlib.sha256(content).hexdigest() != facts.sha256:
            raise StorageError(f"{name} of {self.folder.name} is damaged: it is not what was saved")
        return content


@dataclass(frozen=True)
class RecoveryResult:
    """What was found of a checkpoint, and one sentence where something had to be mended."""

    checkpoint: Checkpoint | None
    message: str | None = None


def save_checkpoint(paths: DataPaths, kind: Kind, files: Mapping[str, bytes], metadata: Metadata) -> Path:
    """Save a checkpoint; the one before it stays whole until the new one is, and is kept as a reserve.

    The manifest and, where empty, the time are filled in. StorageError says why nothing was saved.
    """
    folder = checkpoint_folder(paths, kind)
    try:
        write_model_folder(folder, files, metadata, keep_previous=True)
    except DiskFullError:
        if not _give_up_reserve(folder):
            raise
        write_model_folder(folder, files, metadata)
    return folder


def load_checkpoint(folder: Path, *, verify: bool = False) -> Checkpoint:
    """The checkpoint of that folder, or what a crash left of it. Changes nothing on the disk.

    verify: read every file and compare it too; otherwise only the sizes are compared.
    Raises UnknownModelError where there is nothing, StorageError where nothing whole is left.
    """
    fault: StorageError | None = None
    for candidate in _candidates(folder):
        try:
            return _check_whole(candidate, verify)
        except StorageError as error:
            fault = fault or error
    if fault is None:
        raise UnknownModelError(f"there is no checkpoint {folder.name} in {folder.parent}")
    raise StorageError(f"{folder.name} cannot be used: {fault}") from fault


def recover_checkpoint(folder: Path) -> RecoveryResult:
    """Put a whole checkpoint, each byte compared, in its place; for whoever holds the data folder's lock.

    A damaged one is moved aside as evidence (a bounded number); never raises.
    """
    try:
        checkpoint = load_checkpoint(folder, verify=True)
    except UnknownModelError:
        return RecoveryResult(None)
    except StorageError as error:
        moved = [_move_aside(candidate, folder) for candidate in list(_candidates(folder))]
        return RecoveryResult(
            None, f"{error}; it was put aside as {moved[0]}." if any(moved) else f"{error}."
        )
    if checkpoint.folder == folder:
        return RecoveryResult(checkpoint)
    aside = _move_aside(folder, folder)
    try:
        os.rename(checkpoint.folder, folder)
    except OSError as error:
        return RecoveryResult(checkpoint, f"{folder.name} could not be mended: {describe_os_error(error)}.")
    what = f"was damaged and put aside as {aside}" if aside else "was missing after a crash"
    mended = Checkpoint(folder, checkpoint.metadata)
    return RecoveryResult(
        mended, f"{folder.name} {what}; the one saved at {mended.metadata.saved_at} is used."
    )


def repair_storage(paths: DataPaths) -> list[str]:
    """Put right, at the program's start, what a crash left; for whoever holds the data folder's lock.

    Returns a sentence for each thing that was mended; never raises.
    """
    cut_short = {match[1] for name in _names(paths.slots) if (match := _LEFTOVER.fullmatch(name))}
    slots = [paths.slots / name for name in sorted(cut_short) if not os.path.lexists(paths.slots / name)]
    recoveries = [
        recover_checkpoint(folder) for folder in (*(paths.checkpoints / kind for kind in KINDS), *slots)
    ]
    for name in cut_short:
        if os.path.lexists(paths.slots / name):
            for leftover in (backup_folder(paths.slots / name), *interrupted_saves(paths.slots / name)):
                remove_folder(leftover)
    return [recovery.message for recovery in recoveries if recovery.message is not None]


def archive_latest(paths: DataPaths) -> Path | None:
    """Rename `latest` to `latest.TIME` for a fresh start; None if there was none. The newest few are kept."""
    if recover_checkpoint(paths.latest).checkpoint is None:
        return None
    aside = _free_name(paths.latest, time.strftime("%Y%m%d-%H%M%S"))
    try:
        os.rename(paths.latest, aside)
    except OSError as error:
        raise StorageError(f"latest could not be set aside: {describe_os_error(error)}") from error
    remove_folder(backup_folder(paths.latest))
    _forget_oldest(paths.checkpoints, re.compile(r"latest\.\d{8}-\d{6}(-\d+)?"), MAX_SET_ASIDE)
    return aside


def checkpoint_folder(paths: DataPaths, kind: str) -> Path:
    """Where that checkpoint lies; ValueError for another kind."""
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    return paths.checkpoints / kind


def write_model_folder(
    folder: Path, files: Mapping[str, bytes], metadata: Metadata, *, keep_previous: bool = False
) -> None:
    """Save files with the metadata that names them, whole or not at all."""
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
    """The metadata of a model's folder; StorageError where it is missing or damaged."""
    content = read_file(folder / METADATA_NAME, MAX_METADATA_BYTES)
    return parse_metadata(content, f"{folder.name}/{METADATA_NAME}")


def _candidates(folder: Path) -> Iterator[Path]:
    """Where a whole checkpoint may be, the one to prefer first.

    What a crash left is looked for when the folder itself is no good: once for each of a thousand slots, that
    would take the models' screen a minute.
    """
    if os.path.lexists(folder):
        yield folder
    yield from reversed(interrupted_saves(folder))
    previous = backup_folder(folder)
    if os.path.lexists(previous):
        yield previous


def _check_whole(folder: Path, verify: bool) -> Checkpoint:
    checkpoint = Checkpoint(folder, read_metadata(folder))
    for name, facts in checkpoint.metadata.files.items():
        if not _FILE_NAME.fullmatch(name):
            raise StorageError(f"{folder.name}/{METADATA_NAME} is damaged: it names a file that cannot be")
        if verify:
            checkpoint.read(name)
        elif _size(folder / name) != facts.size:
            raise StorageError(f"{name} of {folder.name} is missing or cut short")
    return checkpoint


def _give_up_reserve(folder: Path) -> bool:
    """Delete the checkpoint before the last one, to make room, if the last one is whole; whether it did."""
    previous = backup_folder(folder)
    if not os.path.lexists(previous):
        return False
    try:
        _check_whole(folder, verify=True)
    except StorageError:
        return False
    return remove_folder(previous)


def _move_aside(damaged: Path, folder: Path) -> str | None:
    """Keep what is damaged as NAME.damaged-TIME; its new name, None where it does not move."""
    if not os.path.lexists(damaged):
        return None
    aside = _free_name(folder, f"damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    pattern = re.compile(rf"{re.escape(folder.name)}\.damaged-\d{{8}}-\d{{6}}(-\d+)?")
    try:
        os.rename(damaged, aside)
        _forget_oldest(folder.parent, pattern, MAX_EVIDENCE)
    except OSError:
        return None
    return aside.name


def _free_name(folder: Path, suffix: str) -> Path:
    path, number = folder.with_name(f"{folder.name}.{suffix}"), 1
    while os.path.lexists(path):
        number += 1
        path = folder.with_name(f"{folder.name}.{suffix}-{number}")
    return path


def _forget_oldest(parent: Path, pattern: re.Pattern[str], keep: int) -> None:
    kept = sorted((path for path in parent.iterdir() if pattern.fullmatch(path.name)), key=_changed_at)
    for path in kept[:-keep]:
        remove_folder(path)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except (OSError, ValueError):
        return -1
