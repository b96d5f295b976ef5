"""The only reader of model.zip files, our own and foreign ones: it reads numbers and never runs code.

A stable-baselines3 archive is a zip of pickles; loading it with that library runs any code in it. This reader
takes only the policy's tensors, with an interpreter that can build nothing else.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.network_shape import MAX_POLICY_BYTES
from tetris_arcade.storage.atomic import read_file
from tetris_arcade.storage.errors import ArchiveError, DamagedError, printable_path
from tetris_arcade.storage.foreign_files import (
    DATA_MEMBER,
    LEGACY_TORCH,
    POLICY_MEMBER,
    WHAT_FITS,
    describe_algorithm,
    describe_file,
    describe_folder,
)
from tetris_arcade.storage.metadata import MAX_METADATA_BYTES, Metadata, parse_metadata
from tetris_arcade.storage.state_dict import MAX_TENSORS, TensorSpec, read_state_dict
from tetris_arcade.storage.strict_zip import StrictZip, ZipLimits

MAX_ARCHIVE_BYTES = 16 * 2**20
MAX_MAGNITUDE = 1e6
"""Bound of a weight; the outputs of three such layers stay far below the largest float32."""
METADATA_MEMBER = "tetris_arcade.json"
"""The metadata in our own exports; stable-baselines3 ignores it."""
OPTIMIZER_MEMBER = "policy.optimizer.pth"

_MEMBER_CAPS = {
    DATA_MEMBER: 4 * 2**20,
    POLICY_MEMBER: MAX_POLICY_BYTES,
    OPTIMIZER_MEMBER: 2 * MAX_POLICY_BYTES,
    "pytorch_variables.pth": 2**20,
    "_stable_baselines3_version": 64,
    "system_info.txt": 64 * 1024,
    METADATA_MEMBER: MAX_METADATA_BYTES,
}
_REQUIRED = (DATA_MEMBER, POLICY_MEMBER)
_MAX_MEMBERS = 16
"""Twice those of ours, so that the archive of another algorithm can be named."""
_OUTER = ZipLimits(_MAX_MEMBERS, 2 * MAX_POLICY_BYTES, 32 * 2**20)
_INNER = ZipLimits(MAX_TENSORS + 16, MAX_POLICY_BYTES, MAX_POLICY_BYTES)
_INNER_NAME = re.compile(
    r"[A-Za-z0-9_-]{1,64}/(data\.pkl|version|byteorder|\.format_version|\.storage_alignment"
    r"|\.data/serialization_id|data/[0-9]{1,4})"
)

Policy = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class ModelArchive:
    """The content of a model.zip: the policy's tensors by name, the metadata if any, and all bytes."""

    policy: Policy
    metadata: Metadata | None
    content: bytes

    def members(self) -> dict[str, bytes]:
        """The members except our metadata. Some are pickles: they may be copied but never loaded."""
        archive = StrictZip(self.content, _OUTER, "the model")
        return {name: archive.read(name) for name in archive.members if name != METADATA_MEMBER}


def read_model(path: Path) -> ModelArchive:
    """Read and check a model.zip; raises StorageError if it cannot be read, ArchiveError if it is refused."""
    if path.is_dir():
        raise ArchiveError(describe_folder(path))
    what = printable_path(path.name, 80)
    with contextlib.suppress(OSError):
        _check_size(path.stat().st_size, what)
    return parse_model(read_file(path, MAX_ARCHIVE_BYTES), what)


def parse_model(content: bytes, what: str = "model.zip") -> ModelArchive:
    """Check a model.zip in memory; `what` names it in errors. Raises ArchiveError if it is refused."""
    _check_size(len(content), what)
    try:
        return _parse(content, what)
    except ArchiveError as error:
        reason = describe_file(content)
        if reason is None:
            raise
        raise ArchiveError(f"{what} is refused: {reason}") from error


def _check_size(num_bytes: int, what: str) -> None:
    if num_bytes > MAX_ARCHIVE_BYTES:
        raise ArchiveError(
            f"{what} is refused: it has {num_bytes / 2**20:,.0f} MiB, "
            f"and a model of this game at most {MAX_ARCHIVE_BYTES // 2**20}"
        )


def _parse(content: bytes, what: str) -> ModelArchive:
    archive = StrictZip(content, _OUTER, what)
    _check_algorithm(archive, what)
    for name, member in archive.members.items():
        if name not in _MEMBER_CAPS:
            raise ArchiveError(f"{what} is refused: a model.zip has no {name}")
        if member.size > _MEMBER_CAPS[name]:
            raise ArchiveError(f"{what} is refused: {name} is too large")
    for name in _REQUIRED:
        if name not in archive.members:
            raise ArchiveError(f"{what} is refused: it is not a stable-baselines3 model, {name} is missing")
    policy = _read_policy(archive.read(POLICY_MEMBER), f"{POLICY_MEMBER} of {what}")
    return ModelArchive(policy, _read_metadata(archive, what), content)


def _check_algorithm(archive: StrictZip, what: str) -> None:
    data = archive.members.get(DATA_MEMBER)
    if data is None or data.size > _MEMBER_CAPS[DATA_MEMBER]:
        return
    algorithm = describe_algorithm(archive.read(DATA_MEMBER))
    if algorithm is not None:
        article = "an" if algorithm[0] in "A" else "a"
        raise ArchiveError(f"{what} is refused: it is {article} {algorithm} model, not a DQN. {WHAT_FITS}")


def check_shapes(policy: Mapping[str, NDArray[np.float32]], expected: Mapping[str, tuple[int, ...]]) -> None:
    """Raise ArchiveError unless the policy has exactly these tensors."""
    for name in expected.keys() - policy.keys():
        raise ArchiveError(f"the model does not fit this game: it lacks {name}")
    for name in policy.keys() - expected.keys():
        raise ArchiveError(f"the model does not fit this game: {name} is unknown")
    for name, shape in expected.items():
        if policy[name].shape != tuple(shape):
            raise ArchiveError(
                f"the model does not fit: {name} is {policy[name].shape}, must be {tuple(shape)}"
            )


def _read_policy(content: bytes, what: str) -> Policy:
    if content.startswith(LEGACY_TORCH):
        raise ArchiveError(
            f"{what} is refused: it is in the format from before torch 1.6. "
            "Load the model with a current stable-baselines3 and save it again"
        )
    archive = StrictZip(content, _INNER, what)
    prefix = _check_inner_names(archive, what)
    byte_order = f"{prefix}/byteorder"
    if byte_order in archive.members and archive.read(byte_order) != b"little":
        raise ArchiveError(f"{what} is refused: its numbers are in another byte order")
    specs = read_state_dict(archive.read(f"{prefix}/data.pkl"), what)
    _check_total(specs, what)
    return {name: _read_tensor(archive, prefix, spec, f"{name} in {what}") for name, spec in specs.items()}


def _check_inner_names(archive: StrictZip, what: str) -> str:
    """The folder of all members."""
    prefixes = {name.partition("/")[0] for name in archive.members}
    if len(prefixes) != 1 or not all(_INNER_NAME.fullmatch(name) for name in archive.members):
        raise ArchiveError(f"{what} is refused: it is not a torch file of tensors only")
    return prefixes.pop()


def _check_total(specs: Mapping[str, TensorSpec], what: str) -> None:
    # Tensors may share a storage, so a small file could describe a large total.
    if sum(4 * math.prod(spec.shape) for spec in specs.values()) > MAX_POLICY_BYTES:
        raise ArchiveError(f"{what} is refused: its tensors are too large")


def _read_tensor(archive: StrictZip, prefix: str, spec: TensorSpec, what: str) -> NDArray[np.float32]:
    content = archive.read(f"{prefix}/data/{spec.storage}")
    if len(content) != 4 * math.prod(spec.shape):
        raise ArchiveError(f"{what} is refused: its size does not match its shape")
    tensor = np.frombuffer(content, "<f4").reshape(spec.shape).astype(np.float32)
    # NaN fails this test too, because it compares as false.
    if not (np.abs(tensor) <= MAX_MAGNITUDE).all():
        raise ArchiveError(f"{what} is refused: it has numbers that are infinite, NaN or too large")
    return tensor


def _read_metadata(archive: StrictZip, what: str) -> Metadata | None:
    if METADATA_MEMBER not in archive.members:
        return None
    try:
        return parse_metadata(archive.read(METADATA_MEMBER), f"{METADATA_MEMBER} of {what}")
    except ArchiveError:
        raise
    except DamagedError as error:
        raise ArchiveError(str(error)) from error
