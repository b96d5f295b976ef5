"""Compiled code on disk: found again, thrown away when the sources change, and never a reason to fail."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tetris_arcade.engine import kernel_cache

ROOT = Path(__file__).parents[2]

ONE_KERNEL = """
    import logging, numpy as np
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    from tetris_arcade.engine.randomizer import draw_garbage_hole
    print(draw_garbage_hole(np.array([9], np.uint64)), sum(draw_garbage_hole.stats.cache_hits.values()))
"""


def run_python(code, **environment):
    """(what a fresh process printed, what it said on standard error); it must end well."""
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.split(), result.stderr


@pytest.fixture
def cache_root(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    kernel_cache.kernel_cache_dir.cache_clear()
    kernel_cache.is_cache_writable.cache_clear()
    yield tmp_path
    kernel_cache.kernel_cache_dir.cache_clear()
    kernel_cache.is_cache_writable.cache_clear()


def test_a_second_process_loads_what_the_first_compiled(tmp_path):
    assert run_python(ONE_KERNEL, NUMBA_CACHE_DIR=str(tmp_path))[0] == ["6", "0"]
    assert run_python(ONE_KERNEL, NUMBA_CACHE_DIR=str(tmp_path))[0] == ["6", "1"]


@pytest.mark.parametrize(
    ("suffix", "content"), [("nbi", b""), ("nbi", b"no index at all"), ("nbc", b"\x80\x05")]
)
def test_a_damaged_cache_costs_a_compilation_and_is_mended(tmp_path, suffix, content):
    run_python(ONE_KERNEL, NUMBA_CACHE_DIR=str(tmp_path))
    for file in tmp_path.rglob(f"*.{suffix}"):
        file.write_bytes(content)
    printed, said = run_python(ONE_KERNEL, NUMBA_CACHE_DIR=str(tmp_path))
    assert printed == ["6", "0"]
    assert "Traceback" not in said
    assert run_python(ONE_KERNEL, NUMBA_CACHE_DIR=str(tmp_path))[0] == ["6", "1"]


def test_where_nothing_can_be_written_kernels_compile_all_the_same(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    before = set((ROOT / "tetris_arcade").rglob("*.nb?"))
    printed, said = run_python(ONE_KERNEL, NUMBA_CACHE_DIR=str(in_the_way))
    assert (printed, said) == (["6", "0"], "")
    assert set((ROOT / "tetris_arcade").rglob("*.nb?")) == before, "nor may they go beside the sources"


def test_a_disk_that_fills_up_is_only_a_warning(tmp_path):
    full_disk = """
        import builtins, errno
        def no_space(path, mode="r", *args, opened=open, **kwargs):
            if "w" in mode and ".nb" in str(path):
                raise OSError(errno.ENOSPC, "No space left on device")
            return opened(path, mode, *args, **kwargs)
        builtins.open = no_space
    """
    printed, said = run_python(
        textwrap.dedent(full_disk) + textwrap.dedent(ONE_KERNEL), NUMBA_CACHE_DIR=str(tmp_path)
    )
    assert printed == ["6", "0"]
    assert "cannot keep the compiled draw_garbage_hole: [Errno 28] No space left on device" in said
    assert "Traceback" not in said


def test_only_the_four_last_used_folders_stay(cache_root):
    for age, name in enumerate(["kernels-a", "kernels-b", "kernels-c", "kernels-d", "kernels-e", "other"]):
        (cache_root / name).mkdir()
        os.utime(cache_root / name, (1_000_000 - age, 1_000_000 - age))
    kernel_cache.kernel_cache_dir().mkdir()
    kernel_cache.mark_warm()
    assert {folder.name for folder in cache_root.iterdir()} == {
        kernel_cache.kernel_cache_dir().name,
        "kernels-a",
        "kernels-b",
        "kernels-c",
        "other",
    }
    assert kernel_cache.is_warm()


def test_an_empty_cache_is_not_warm(cache_root):
    assert kernel_cache.is_cache_writable()
    assert not kernel_cache.is_warm()


def test_other_users_of_numba_keep_their_cache(tmp_path):
    code = """
        import numba
        numba.config.CACHE_DIR = "/somewhere"
        import tetris_arcade.engine.jit
        print(numba.config.CACHE_DIR)
    """
    assert run_python(code, NUMBA_CACHE_DIR=str(tmp_path))[0] == ["/somewhere"]


def test_asking_whether_it_is_warm_does_not_load_numba(tmp_path):
    code = """
        import sys
        from tetris_arcade.engine.kernel_cache import is_warm
        print(is_warm(), "numba" in sys.modules)
    """
    assert run_python(code, NUMBA_CACHE_DIR=str(tmp_path))[0] == ["False", "False"]
