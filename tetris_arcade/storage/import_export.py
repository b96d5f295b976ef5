"""Models that leave and enter: exports that plain stable-baselines3 opens, imports that are data only."""

from __future__ import annotations

import dataclasses
import io
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tetris_arcade.config.network_shape import NetworkShape
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.config.plain_data import shorten_for_message
from tetris_arcade.storage.atomic import write_file_atomic
from tetris_arcade.storage.checkpoints import MODEL_NAME, load_checkpoint
from tetris_arcade.storage.errors import SlotNameError, StorageError, printable_path
from tetris_arcade.storage.metadata import Metadata, encode_metadata, now_iso
from tetris_arcade.storage.model_archive import (
    METADATA_MEMBER,
    OPTIMIZER_MEMBER,
    POLICY_MEMBER,
    ModelArchive,
    Policy,
    parse_model,
    read_model,
)
from tetris_arcade.storage.policy_shape import describe_policy
from tetris_arcade.storage.slot_names import normalize_name
from tetris_arcade.storage.slots import resolve_slot, save_slot_bytes

Rebuild = Callable[[ModelArchive, NetworkShape], bytes]
IMPORTED = "imported"
"""The name of a model where neither it nor its file has one that a slot may have."""


def export_slot(
    paths: DataPaths, name: str, out: Path, *, with_safetensors: bool = False, overwrite: bool = False
) -> list[Path]:
    """Write a model as one stable-baselines3 archive with its metadata inside; the files written.

    out: a file, or a folder to write NAME.zip in. `with_safetensors` puts the bare weights beside it.
    """
    ref = resolve_slot(paths, name)
    if ref.kind != "folder" or ref.path is None:
        raise StorageError(
            f"{shorten_for_message(name, 80)} is not a slot or checkpoint, only those can be exported"
        )
    checkpoint = load_checkpoint(ref.path)
    archive = parse_model(checkpoint.read(MODEL_NAME), f"{MODEL_NAME} of {ref.name}")
    target = out / f"{ref.name}.zip" if out.is_dir() else out
    contents = {target: _pack(archive, checkpoint.metadata)}
    if with_safetensors:
        contents[target.with_suffix(".safetensors")] = _safetensors(archive.policy)
    for path, content in contents.items():
        if os.path.lexists(path) and not overwrite:
            raise StorageError(f"{printable_path(path.name)} exists already")
        write_file_atomic(path, content)
    return list(contents)


def import_model(
    paths: DataPaths, file: Path, name: str | None = None, *, rebuild: Rebuild | None = None
) -> Path:
    """Take a stranger's archive into a slot, if it is a scorer of placements; the slot's folder.

    Of its bytes only the checked tensors are kept. rebuild: makes a stable-baselines3 archive from them;
    without it the slot can be played and compared here, but not be exported.
    What the archive says of itself is kept but for its evaluation: that is measured here.
    """
    archive = read_model(file)
    shape = describe_policy(archive.policy)
    name = name or _own_name(archive, file)
    metadata = _imported_metadata(archive, shape, normalize_name(name))
    content = _strip(archive) if rebuild is None else rebuild(archive, shape)
    return save_slot_bytes(paths, name, content, metadata)


def _own_name(archive: ModelArchive, file: Path) -> str:
    for name in (archive.metadata.name if archive.metadata is not None else "", file.stem):
        try:
            return normalize_name(name)
        except SlotNameError:
            continue
    return IMPORTED


def _imported_metadata(archive: ModelArchive, shape: NetworkShape, name: str) -> Metadata:
    told = archive.metadata or Metadata(name)
    return dataclasses.replace(
        told,
        name=name,
        origin="imported",
        evaluation=None,
        env={**told.env, "features": shape.features},
        training={**told.training, "net_arch": list(shape.net_arch)},
        saved_at=told.saved_at or now_iso(),
        files={},
    )


def _strip(archive: ModelArchive) -> bytes:
    """An archive with nothing but the policy in it, whose pickle was read and can do no harm."""
    return _zip({"data": b"{}", POLICY_MEMBER: archive.members()[POLICY_MEMBER]})


def _pack(archive: ModelArchive, metadata: Metadata) -> bytes:
    """The archive's own members and the metadata, in a fresh zip that our reader accepts."""
    members = archive.members()
    if OPTIMIZER_MEMBER not in members:
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
