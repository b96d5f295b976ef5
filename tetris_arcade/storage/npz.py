"""Reads and writes npz files of plain arrays, without pickles: replay buffers, optimizers, generators."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.storage.errors import ArchiveError
from tetris_arcade.storage.strict_zip import StrictZip, ZipLimits

MAX_ARRAYS = 256
_MAX_DIMENSIONS = 8
_KINDS = frozenset("biuf")
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(..)\{'descr': '(\|b1|\|[iu]1|[<>](?:[iu][248]|f[248]))', "
    rb"'fortran_order': (True|False), 'shape': \(((?:[0-9]{1,9}, ?)*(?:[0-9]{1,9})?)\), \} *\n",
    re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_MAX_RATIO = 1_100
"""Deflate's limit; boards full of zeros come near it, and the sizes are capped anyway."""


def write_npz(arrays: Mapping[str, NDArray[Any]], *, compress: bool = False) -> bytes:
    """Encode arrays of numbers or booleans as an npz file."""
    for name, array in arrays.items():
        if not _NAME.fullmatch(name) or np.asarray(array).dtype.kind not in _KINDS:
            raise ValueError(f"{name!r} cannot be saved: it must be a named array of numbers")
    buffer = io.BytesIO()
    (np.savez_compressed if compress else np.savez)(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def read_npz(content: bytes, max_bytes: int, what: str = "the array file") -> dict[str, NDArray[Any]]:
    """Decode an npz file that unpacks to at most `max_bytes`; raises ArchiveError for anything else."""
    archive = StrictZip(content, ZipLimits(MAX_ARRAYS, max_bytes, max_bytes, _MAX_RATIO), what)
    return {
        _array_name(name, what): _parse_npy(archive.read(name), f"{name} in {what}")
        for name in archive.members
    }


def _array_name(member: str, what: str) -> str:
    name = member.removesuffix(".npy")
    if name == member or not _NAME.fullmatch(name):
        raise ArchiveError(f"{what} is refused: it has a member that is not an array")
    return name


def _parse_npy(content: bytes, what: str) -> NDArray[Any]:
    """Decode an array written by `numpy.save`; the header is matched, not evaluated."""
    match = _HEADER.match(content)
    if match is None or len(match[0]) != 10 + int.from_bytes(match[1], "little"):
        raise ArchiveError(f"{what} is refused: it is not an array of plain numbers")
    dtype = np.dtype(match[2].decode())
    shape = tuple(int(length) for length in match[4].split(b",") if length.strip())
    if len(shape) > _MAX_DIMENSIONS or math.prod(shape) * dtype.itemsize != len(content) - len(match[0]):
        raise ArchiveError(f"{what} is refused: its size does not match its shape")
    flat = np.frombuffer(content, dtype, math.prod(shape), len(match[0]))
    array = flat.reshape(shape, order="F" if match[3] == b"True" else "C")
    return array.astype(dtype.newbyteorder("="), order="C")
