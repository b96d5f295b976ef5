"""Whether large blocks are taken from the heap, and whether freed memory leaves it."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="needs glibc"
)

ALLOCATE = """
    import ctypes, sys
    from tetris_arcade.process import malloc
    function_name, size = sys.argv[1], int(sys.argv[2])
    if function_name:
        getattr(malloc, function_name)()
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    class Info(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in "abcdefghij"]
    libc.mallinfo2.restype = Info
    libc.free(libc.malloc(28_000_000))  # from now on, untuned glibc takes smaller blocks from the heap
    before = libc.mallinfo2().a
    blocks = [libc.malloc(size) for _ in range(4)]
    print(libc.mallinfo2().a - before)
"""


def heap_growth(function_name: str, size: int) -> int:
    """Bytes by which four blocks grow the heap after that call; "" leaves glibc untuned."""
    command = [sys.executable, "-c", textwrap.dedent(ALLOCATE), function_name, str(size)]
    return int(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)


def test_surfaces_stay_out_of_the_viewers_heap() -> None:
    assert heap_growth("", 8_000_000) > 30_000_000
    assert heap_growth("tune_malloc_for_viewer", 8_000_000) < 1_000_000


def test_only_minibatches_are_in_the_trainers_heap() -> None:
    boards, activations = 200_000 * 10 * 8, 256 * 40 * 64 * 4
    assert heap_growth("", boards) > 60_000_000
    assert heap_growth("tune_malloc_for_trainer", boards) < 1_000_000
    assert heap_growth("tune_malloc_for_trainer", activations) > 3 * activations


FREE_EVERY_SECOND = """
    import ctypes, os
    from tetris_arcade.process.malloc import trim_heap
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    def resident() -> int:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1])
    blocks = [libc.malloc(100_000) for _ in range(400)]
    for block in blocks:
        ctypes.memset(block, 1, 100_000)
    for block in blocks[::2]:  # the blocks between them stay allocated
        libc.free(block)
    before = resident()
    trim_heap()
    print((before - resident()) * os.sysconf("SC_PAGE_SIZE"))
"""


def test_trim_returns_memory_between_blocks() -> None:
    command = [sys.executable, "-c", textwrap.dedent(FREE_EVERY_SECOND)]
    returned = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    assert int(returned) > 15_000_000
