"""How the C library keeps freed memory. Left alone, glibc takes ever larger blocks into its heap, where a
freed one is a hole that small things keep open: tens of megabytes that come and go with a window's screens,
or stay after a trainer's saves."""

from __future__ import annotations

import contextlib
import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_PICTURE_BYTES = 256 * 1024
_COPY_BYTES = 4 * 2**20
"""The replay buffer's larger arrays; what a gradient step computes is smaller."""
_WORKING_BYTES = 64 * 2**20


def tune_malloc_for_viewer() -> None:
    """Have a window's pictures go back to the system as soon as they are freed, where the C library is
    glibc."""
    _set(_M_MMAP_THRESHOLD, _PICTURE_BYTES)


def tune_malloc_for_trainer() -> None:
    """Have what a save copied go back to the system as soon as it is freed, where the C library is glibc.

    What a gradient step has used stays for the next one: to ask the system for it again and again, page by
    page, takes the learner a sixth to a third of its speed.
    """
    _set(_M_MMAP_THRESHOLD, _COPY_BYTES)
    _set(_M_TRIM_THRESHOLD, _WORKING_BYTES)


def trim_heap() -> None:
    """Give back what is free between things in use; takes milliseconds, where the C library is glibc.

    Blocks of ever other sizes leave ever other holes: a heap that nobody tidies up goes on growing for hours
    by what is free in it.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def _set(parameter: int, value: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(parameter, value)
