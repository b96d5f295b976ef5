"""The compiler's settings and the two machine instructions that the engine lives on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
import platformdirs
from llvmlite import ir
from numba import types
from numba.extending import intrinsic


@cache
def kernel_cache_dir() -> Path:
    """Where the machine code of these very sources is kept.

    numba looks only at a function's own file to tell whether its code is stale; an engine whose inner parts changed
    under an unchanged caller would run on with the old rules. So the folder's name is a hash of all of them.
    """
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return Path(platformdirs.user_cache_dir("tetris-arcade")) / f"kernels-{digest.hexdigest()[:16]}"


def _compiled(function: Callable[..., Any], **options: Any) -> Any:
    """`numba.njit` with the cache where we want it, whatever other users of numba in this process have set."""
    elsewhere = numba.config.CACHE_DIR
    if not elsewhere:
        numba.config.CACHE_DIR = str(kernel_cache_dir())
    try:
        return numba.njit(cache=True, nogil=True, error_model="numpy", **options)(function)
    finally:
        numba.config.CACHE_DIR = elsewhere


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function of numbers and arrays; its code is kept on disk, and it lets go of the interpreter lock."""
    return _compiled(function)


def inlined(function: Callable[..., Any]) -> Any:
    """A kernel's inner part, dissolved into its callers."""
    return _compiled(function, forceinline=True)


@intrinsic
def popcount(_context: Any, number: Any) -> Any:
    """The number of set bits of an int64."""

    def generate(_ctx: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.int64(types.int64), generate


@intrinsic
def bit_length(_context: Any, number: Any) -> Any:
    """The position of the highest set bit of a non-negative int64, counted from 1; 0 for 0."""

    def generate(_ctx: Any, builder: Any, _signature: Any, args: Any) -> Any:
        is_zero_undefined = ir.Constant(ir.IntType(1), 0)
        leading_zeros = builder.ctlz(args[0], is_zero_undefined)
        return builder.sub(ir.Constant(ir.IntType(64), 64), leading_zeros)

    return types.int64(types.int64), generate
