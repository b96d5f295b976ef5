"""Settings of glibc's allocator; on other C libraries nothing changes.

By default glibc raises its mmap threshold when a large block is freed, and takes blocks of that size from the
heap from then on. Small blocks that are allocated later keep freed heap memory from being returned: tens of
megabytes that grow and shrink with a window's screens, or stay after a trainer's saves.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_SURFACE_BYTES = 256 * 1024
_SAVE_BUFFER_BYTES = 4 * 2**20
"""The replay buffer's larger arrays reach this size; a gradient step's arrays do not."""
_GRADIENT_STEP_BYTES = 64 * 2**20


def tune_malloc_for_viewer() -> None:
    """On glibc, make freed surfaces return to the OS immediately."""
    _mallopt(_M_MMAP_THRESHOLD, _SURFACE_BYTES)


def tune_malloc_for_trainer() -> None:
    """On glibc, make freed save buffers return to the OS immediately.

    The memory of a gradient step is kept for the next one: requesting it from the OS again, page by page,
    costs the learner a sixth to a third of its speed.
    """
    _mallopt(_M_MMAP_THRESHOLD, _SAVE_BUFFER_BYTES)
    _mallopt(_M_TRIM_THRESHOLD, _GRADIENT_STEP_BYTES)


def trim_heap() -> None:
    """On glibc, return the heap's free pages to the OS; takes milliseconds.

    Blocks of changing sizes leave gaps of changing sizes: without trimming, the free memory in the heap, and
    with it the heap, grows for hours.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def _mallopt(parameter: int, value: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(parameter, value)
