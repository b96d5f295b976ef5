"""The compiler's settings and the three machine instructions that the engine lives on."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core.caching import FunctionCache
from numba.extending import intrinsic

from tetris_arcade.engine.kernel_cache import is_cache_writable, kernel_cache_dir

int64: Any = np.int64
"""An int64, to a kernel's compiler; mypy knows only that the compiler knows."""

_log = logging.getLogger(__name__)
_njit: Any = numba.njit
_config: Any = numba.config
_DAMAGE = (
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
"""What unpickling and loading a damaged file has been seen to raise."""


class _ForgivingCache(FunctionCache):
    """numba's disk cache, but a damaged entry or a full disk costs a compilation, not the program."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]  # numba's
        except _DAMAGE as damage:
            _log.warning("compiling %s anew, its kept code is damaged: %r", self._py_func.__name__, damage)
            with suppress(OSError):
                self.flush()  # type: ignore[no-untyped-call]  # numba's
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]  # numba's
        except OSError as error:
            _log.warning("cannot keep the compiled %s: %s", self._py_func.__name__, error)


def _compiled(function: Callable[..., Any], **options: Any) -> Any:
    """`numba.njit` with a cache of our own, whatever other users of numba in this process have set.

    Kernels work in the arrays that they are given and allocate nothing; without numba's run time, no
    reference is counted, which in the inner loops takes as long as the work itself.
    """
    dispatcher = _njit(nogil=True, error_model="numpy", _nrt=False, **options)(function)
    if is_cache_writable():
        elsewhere, _config.CACHE_DIR = _config.CACHE_DIR, str(kernel_cache_dir())
        try:
            dispatcher._cache = _ForgivingCache(function)  # type: ignore[no-untyped-call]  # numba's
        except RuntimeError:  # sources that are no files: a zip, a frozen program
            _log.debug("the compiled %s cannot be kept", function.__name__)
        finally:
            _config.CACHE_DIR = elsewhere
    return dispatcher


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a function of numbers and arrays; it is kept on disk, and runs without the interpreter lock."""
    return _compiled(function)


def inlined(function: Callable[..., Any]) -> Any:
    """A kernel's inner part, dissolved into its callers."""
    return _compiled(function, forceinline=True)


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
"""The number of set bits of an int64."""
bit_length: Callable[[Any], Any] = _bit_length  # type: ignore[assignment]
"""The position of the highest set bit of a non-negative int64, counted from 1; 0 for 0."""
multiply_high: Callable[[Any, Any], Any] = _multiply_high  # type: ignore[assignment]
"""The upper 64 bits of the 128-bit product of two uint64."""
