"""How the C library keeps freed memory. Left alone, glibc takes ever larger blocks into its heap, where a
freed one is a hole that small things keep open: tens of megabytes that come and go with a window's screens,
or stay after a trainer's saves."""

from __future__ import annotations

import contextlib
import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
PICTURE_BYTES = 256 * 1024
"""Pictures of a window's size are larger, and made anew seldom."""
SAVE_BYTES = 8 * 2**20
"""A copy of the replay buffer's boards is larger. What a gradient step computes is smaller: to ask the system
for it page by page would cost the learner a third of its speed."""


def return_large_blocks(larger_than: int) -> None:
    """Have blocks of so many bytes go back to the system as soon as they are freed, where the C library is
    glibc; free room twice as large is kept for smaller ones."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            libc = ctypes.CDLL(None)
            libc.mallopt(_M_MMAP_THRESHOLD, larger_than)
            libc.mallopt(_M_TRIM_THRESHOLD, 2 * larger_than)
