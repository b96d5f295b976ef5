"""How the C library keeps freed memory. Left alone, glibc takes ever larger pictures into its heap, where a
freed one is a hole that small things keep open: tens of megabytes that come and go with the screens."""

from __future__ import annotations

import contextlib
import ctypes
import sys

_M_MMAP_THRESHOLD = -3
_LARGE_BYTES = 256 * 1024


def return_large_blocks() -> None:
    """Have large blocks go back to the system as soon as they are freed, where the C library is glibc."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
