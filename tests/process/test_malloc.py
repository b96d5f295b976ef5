"""Where large blocks of memory come from and go to."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import textwrap

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="glibc's own matter"
)

BLOCKS = """
    import ctypes, sys
    from tetris_arcade.process import malloc as heap
    told, size = sys.argv[1], int(sys.argv[2])
    if told:
        getattr(heap, told)()
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    class Info(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in "abcdefghij"]
    libc.mallinfo2.restype = Info
    libc.free(libc.malloc(28_000_000))  # from now on glibc itself takes what is smaller into its heap
    before = libc.mallinfo2().a
    blocks = [libc.malloc(size) for _ in range(4)]
    print(libc.mallinfo2().a - before)
"""


def heap_grown(told: str, size: int) -> int:
    """Bytes that four blocks take of the heap, once it is told so; "" leaves glibc to itself."""
    command = [sys.executable, "-c", textwrap.dedent(BLOCKS), told, str(size)]
    return int(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)


def test_large_pictures_stay_out_of_the_heap_once_it_is_told() -> None:
    assert heap_grown("", 8_000_000) > 30_000_000
    assert heap_grown("return_pictures", 8_000_000) < 1_000_000


def test_copies_of_the_replay_buffer_stay_out_of_a_trainers_heap_and_minibatches_in_it() -> None:
    boards, activations = 200_000 * 10 * 8, 256 * 40 * 64 * 4
    assert heap_grown("", boards) > 60_000_000
    assert heap_grown("return_copies", boards) < 1_000_000
    assert heap_grown("return_copies", activations) > 3 * activations


HOLES = """
    import ctypes, os
    from tetris_arcade.process.malloc import return_free_pages
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    def resident() -> int:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1])
    blocks = [libc.malloc(100_000) for _ in range(400)]
    for block in blocks:
        ctypes.memset(block, 1, 100_000)
    for block in blocks[::2]:  # those between stay: small ones might lie elsewhere
        libc.free(block)
    before = resident()
    return_free_pages()
    print((before - resident()) * os.sysconf("SC_PAGE_SIZE"))
"""


def test_what_is_free_between_things_in_use_can_be_given_back() -> None:
    command = [sys.executable, "-c", textwrap.dedent(HOLES)]
    given_back = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    assert int(given_back) > 15_000_000
