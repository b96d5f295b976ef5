"""Exports models to files that plain stable-baselines3 opens; imports files without running code in them."""

from __future__ import annotations

import dataclasses
import io
import itertools
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tetris_arcade.config.network_shape import NetworkShape
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import shorten_for_message
from tetris_arcade.storage.atomic import write_file_atomic
from tetris_arcade.storage.checkpoints import MODEL_NAME, read_current
from tetris_arcade.storage.errors import FileTakenError, SlotNameError, StorageError
from tetris_arcade.storage.metadata import Metadata, encode_metadata, now_iso
from tetris_arcade.storage.model_archive import (
    METADATA_MEMBER,
    OPTIMIZER_MEMBER,
    ModelArchive,
    Policy,
    parse_model,
    read_model,
)
from tetris_arcade.storage.policy_shape import describe_policy
from tetris_arcade.storage.slot_names import (
    MAX_NAME_CHARACTERS,
    name_from_text,
    normalize_name,
    slot_folder_name,
)
from tetris_arcade.storage.slots import check_new_slot, find_model, list_models, resolve_slot, save_slot_bytes

Rebuild = Callable[[ModelArchive, NetworkShape], bytes]
_DEFAULT_NAME = "imported"


def export_slot(
    paths: DataPaths, name: str, out: Path, *, with_safetensors: bool = False, overwrite: bool = False
) -> list[Path]:
    """Write a slot or checkpoint to a stable-baselines3 archive with its metadata; returns the files written.

    out: a file, or a folder in which NAME.zip is written. with_safetensors: also write the weights alone to a
    .safetensors file. Raises FileTakenError if a file exists (without `overwrite`), StorageError if one
    cannot be written.
    """
    ref = resolve_slot(paths, name)
    if ref.checkpoint is None or ref.age is not None:
        raise StorageError(
            f"{shorten_for_message(name, 80)} is not a slot or checkpoint, only those can be exported"
        )
    checkpoint, content = read_current(ref.checkpoint, MODEL_NAME)
    archive = parse_model(content, f"{MODEL_NAME} of {ref.name}")
    target = out / f"{ref.name}.zip" if out.is_dir() else out
    contents = {target: _pack(archive, checkpoint.metadata)}
    if with_safetensors:
        contents[target.with_suffix(".safetensors")] = _safetensors(archive.policy)
    taken = [path for path in contents if os.path.lexists(path)]
    if taken and not overwrite:
        raise FileTakenError(taken[0])
    for path, content in contents.items():
        write_file_atomic(path, content)
    return list(contents)


def import_model(paths: DataPaths, file: Path, name: str | None = None, *, rebuild: Rebuild) -> Path:
    """Import a model file into a new slot; returns the slot's folder.

    rebuild: makes a stable-baselines3 archive from the checked tensors, the only bytes of the file that are
    kept. The file's metadata is kept except for its evaluation, which is not trusted. Raises ArchiveError if
    the file is refused or is not a placement scorer, SlotNameError if the slot exists.
    """
    archive = read_model(file)
    shape = describe_policy(archive.policy)
    name = name or _preferred_name(archive, file)
    check_new_slot(paths, name)
    metadata = _imported_metadata(archive, shape, normalize_name(name))
    return save_slot_bytes(paths, name, rebuild(archive, shape), metadata)


def choose_import_name(paths: DataPaths, file: Path) -> str:
    """A free slot name for a model file: its model's name, or the file's name with a number if that is taken.

    Raises ArchiveError if the file is refused or is not a placement scorer.
    """
    archive = read_model(file)
    describe_policy(archive.policy)
    preferred = _preferred_name(archive, file)
    if find_model(paths, preferred) is None:
        return preferred
    taken = {entry.name for entry in list_models(paths)}
    try:
        stem = name_from_text(file.stem)[: MAX_NAME_CHARACTERS - 5]
    except SlotNameError:
        stem = _DEFAULT_NAME
    numbered = (f"{stem}-{number}" for number in itertools.count(2))
    return next(name for name in numbered if slot_folder_name(name) not in taken)


def _preferred_name(archive: ModelArchive, file: Path) -> str:
    for name in (archive.metadata.name if archive.metadata is not None else "", file.stem):
        try:
            return name_from_text(name)
        except SlotNameError:
            continue
    return _DEFAULT_NAME


def _imported_metadata(archive: ModelArchive, shape: NetworkShape, name: str) -> Metadata:
    given = archive.metadata or Metadata(name)
    return dataclasses.replace(
        given,
        name=name,
        origin="imported",
        evaluation=None,
        env={**given.env, "features": shape.features},
        training={**given.training, "net_arch": list(shape.net_arch)},
        saved_at=given.saved_at or now_iso(),
        files={},
    )


def _pack(archive: ModelArchive, metadata: Metadata) -> bytes:
    """The archive's own members and the metadata, in a new zip that our reader accepts."""
    members = archive.members()
    if OPTIMIZER_MEMBER not in members:  # Earlier versions imported the bare policy.
        raise StorageError(f"{metadata.name} was imported for playing only and cannot be exported")
    packed = _zip({**members, METADATA_MEMBER: encode_metadata(dataclasses.replace(metadata, files={}))})
    parse_model(packed, "the export")
    return packed


def _zip(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            # With a fixed date: the same model gives the same bytes.
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def _safetensors(policy: Policy) -> bytes:
    try:
        from safetensors.numpy import save
    except ImportError as error:
        raise StorageError(
            "safetensors is not installed: pip install 'tetris-arcade[safetensors]'"
        ) from error
    return bytes(save(policy))
