"""Where large blocks of memory come from and go to."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import textwrap

import pytest

ROUNDS = """
    import ctypes, sys
    from tetris_arcade.heap import return_large_blocks
    if sys.argv[1] == "told":
        return_large_blocks()
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    class Info(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in "abcdefghij"]
    libc.mallinfo2.restype = Info
    libc.free(libc.malloc(20_000_000))  # from now on glibc itself takes what is smaller into its heap
    before = libc.mallinfo2().a
    pictures = [libc.malloc(8_000_000) for _ in range(4)]
    print(libc.mallinfo2().a - before)
"""


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="glibc's own matter"
)
def test_large_pictures_stay_out_of_the_heap_once_it_is_told() -> None:
    def heap_grown(mode: str) -> int:
        command = [sys.executable, "-c", textwrap.dedent(ROUNDS), mode]
        return int(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)

    assert heap_grown("untold") > 30_000_000
    assert heap_grown("told") < 1_000_000
