"""Compiler settings, the kernels' cache on disk, and three machine instructions as functions."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core.caching import FunctionCache
from numba.extending import intrinsic

from tetris_arcade.engine.kernel_cache import CompilingLock, is_cache_writable, kernel_cache_dir

int64: Any = np.int64
"""Converts to int64 inside a kernel; typed as Any because mypy cannot follow numba's types."""

logger = logging.getLogger(__name__)
_njit: Any = numba.njit
_typeof: Any = numba.typeof
_config: Any = numba.config
_LOAD_ERRORS = (
    OSError,
    EOFError,
    pickle.UnpicklingError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ImportError,
    RuntimeError,
)
"""Exceptions that loading a damaged cache file can raise."""


class _SharedCache(FunctionCache):
    """numba's disk cache for processes that start at the same time.

    They compile each kernel once: the others wait for it. A damaged entry or a full disk costs a compilation,
    not the program.
    """

    def __init__(self, function: Any) -> None:
        super().__init__(function)  # type: ignore[no-untyped-call]  # numba's
        lock_file = Path(self._cache_path) / f"{self._impl.filename_base}.lock"
        self._compiling = CompilingLock(lock_file)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        loaded = self._load(sig, target_context)
        if loaded is None:
            self._compiling.acquire()
            loaded = self._load(sig, target_context)  # Another process may have compiled it meanwhile.
            if loaded is not None:
                self._compiling.release()
        return loaded

    def _load(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]  # numba's
        except _LOAD_ERRORS as error:
            logger.warning(
                "recompiling %s because its cached code is damaged: %r", self._py_func.__name__, error
            )
            with suppress(OSError):
                self.flush()  # type: ignore[no-untyped-call]  # numba's
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]  # numba's
        except OSError as error:
            logger.warning("cannot cache the compiled %s: %s", self._py_func.__name__, error)
        finally:
            self._compiling.release()


def _compiled(function: Callable[..., Any], **options: Any) -> Any:
    """`numba.njit` with our own cache, independent of numba's global settings in this process.

    Kernels allocate nothing and work in the arrays that they are given. `_nrt=False` removes reference
    counting, which in the inner loops costs as much as the work itself.
    """
    dispatcher = _njit(nogil=True, error_model="numpy", _nrt=False, **options)(function)
    if is_cache_writable():
        previous, _config.CACHE_DIR = _config.CACHE_DIR, str(kernel_cache_dir())
        try:
            dispatcher._cache = _SharedCache(function)
        except RuntimeError:  # the source is not a file: a zip or a frozen program
            logger.debug("the compiled %s cannot be cached", function.__name__)
        finally:
            _config.CACHE_DIR = previous
    return dispatcher


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function of numbers and arrays, cached on disk; it runs without holding the GIL."""
    return _compiled(function)


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a small part of kernels, always inlined into its callers by LLVM."""
    return _compiled(function, forceinline=True)


def expanded(function: Callable[..., Any]) -> Any:
    """Expand a large part of a kernel in its callers before they are compiled.

    It is not compiled for itself as well, as an `inlined` one is: that would take seconds for nothing.
    """
    return _compiled(function, inline="always")


def compiled_for(dispatcher: Any, *arguments: Any) -> Callable[..., Any]:
    """Return a kernel's machine code for arguments of these types, compiled or loaded from disk.

    A call costs about a microsecond. numba's own check of the arguments takes up to 40 when they are nested
    tuples of arrays. Nothing is checked here: arguments of other types crash the process.
    """
    signature = tuple(_typeof(argument) for argument in arguments)
    dispatcher.compile(signature)
    code: Callable[..., Any] = dispatcher.overloads[signature].entry_point
    return code


@intrinsic
def _popcount(_context: Any, _number: Any) -> Any:
    def generate(_ctx: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.int64(types.int64), generate


@intrinsic
def _bit_length(_context: Any, _number: Any) -> Any:
    def generate(_ctx: Any, builder: Any, _signature: Any, args: Any) -> Any:
        is_zero_undefined = ir.Constant(ir.IntType(1), 0)
        leading_zeros = builder.ctlz(args[0], is_zero_undefined)
        return builder.sub(ir.Constant(ir.IntType(64), 64), leading_zeros)

    return types.int64(types.int64), generate


@intrinsic
def _multiply_high(_context: Any, _a: Any, _b: Any) -> Any:
    def generate(_ctx: Any, builder: Any, _signature: Any, args: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
        return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), generate


popcount: Callable[[Any], Any] = _popcount  # type: ignore[assignment]
"""Number of set bits of an int64."""
bit_length: Callable[[Any], Any] = _bit_length  # type: ignore[assignment]
"""Position of the highest set bit of a non-negative int64, from 1; 0 for 0."""
multiply_high: Callable[[Any, Any], Any] = _multiply_high  # type: ignore[assignment]
"""Upper 64 bits of the 128-bit product of two uint64."""
