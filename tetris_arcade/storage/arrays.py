"""Plain arrays to bytes and back, as npz without pickles: replay buffers, optimizers, generators."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from tetris_arcade.storage.errors import ArchiveError
from tetris_arcade.storage.strict_zip import StrictZip, ZipLimits

MAX_ARRAYS = 256
_MAX_DIMENSIONS = 8
_KINDS = frozenset("biuf")
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_MAX_RATIO = 1_100
"""What deflate can do at most; boards full of zeros come near it, and the sizes are capped anyway."""


def write_npz(arrays: Mapping[str, NDArray[Any]], *, compress: bool = False) -> bytes:
    """The arrays, of numbers or booleans, as an npz file's bytes."""
    for name, array in arrays.items():
        if not _NAME.fullmatch(name) or np.asarray(array).dtype.kind not in _KINDS:
            raise ValueError(f"{name!r} cannot be saved: only named arrays of numbers can")
    buffer = io.BytesIO()
    (np.savez_compressed if compress else np.savez)(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def read_npz(content: bytes, max_bytes: int, what: str = "the array file") -> dict[str, NDArray[Any]]:
    """The arrays of an npz file that unpacks to at most `max_bytes`; ArchiveError for anything else."""
    archive = StrictZip(content, ZipLimits(MAX_ARRAYS, max_bytes, max_bytes, _MAX_RATIO), what)
    return {
        _array_name(name, what): _parse_npy(archive.read(name), f"{name} in {what}")
        for name in archive.members
    }


def _array_name(member: str, what: str) -> str:
    name = member.removesuffix(".npy")
    if name == member or not _NAME.fullmatch(name):
        raise ArchiveError(f"{what} is refused: it has a member that is no array")
    return name


def _parse_npy(content: bytes, what: str) -> NDArray[Any]:
    stream = io.BytesIO(content)
    try:
        version = npy.read_magic(stream)
        if version != (1, 0):
            raise ArchiveError(f"{what} is refused: its format {version} is not used here")
        shape, is_fortran, dtype = npy.read_array_header_1_0(stream)
    except ArchiveError:
        raise
    except Exception as error:
        # The header is a Python literal; its parser fails in more ways than numpy documents (SyntaxError,
        # RecursionError, MemoryError, TypeError from the dtype), and none of them means more than this.
        raise ArchiveError(f"{what} is refused: its header is broken") from error
    size = math.prod(shape) * dtype.itemsize
    is_sane = len(shape) <= _MAX_DIMENSIONS and all(0 <= length < 2**31 for length in shape)
    if dtype.kind not in _KINDS or not is_sane:
        raise ArchiveError(f"{what} is refused: it does not hold plain numbers")
    if size != len(content) - stream.tell():
        raise ArchiveError(f"{what} is refused: its size is not that of its shape")
    flat = np.frombuffer(content, dtype, math.prod(shape), stream.tell())
    return flat.reshape(shape, order="F" if is_fortran else "C").astype(dtype.newbyteorder("="), order="C")
