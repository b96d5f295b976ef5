"""Compiled code on disk: reused, invalidated if the sources change, and never a reason to fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tetris_arcade.engine import kernel_cache

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]

ONE_KERNEL = """
    import logging, numpy as np
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    from tetris_arcade.engine.randomizer import draw_garbage_hole
    print(draw_garbage_hole(np.array([9], np.uint64)), sum(draw_garbage_hole.stats.cache_hits.values()))
"""


def run_python(code, **environment):
    """Run code in a new process, which must succeed; returns (words on stdout, text on stderr)."""
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


@pytest.fixture(scope="module")
def compiled_cache(tmp_path_factory):
    """The cache folder that a first process leaves."""
    folder = tmp_path_factory.mktemp("cache")
    assert run_python(ONE_KERNEL, NUMBA_CACHE_DIR=str(folder))[0] == ["6", "0"]
    return folder


def test_second_process_reuses_the_cache(compiled_cache):
    assert run_python(ONE_KERNEL, NUMBA_CACHE_DIR=str(compiled_cache))[0] == ["6", "1"]


@pytest.mark.parametrize(
    ("suffix", "content"), [("nbi", b""), ("nbi", b"not an index"), ("nbc", b"\x80\x05")]
)
def test_damaged_cache_is_recompiled_and_repaired(compiled_cache, tmp_path, suffix, content):
    shutil.copytree(compiled_cache, tmp_path, dirs_exist_ok=True)
    for file in tmp_path.rglob(f"*.{suffix}"):
        file.write_bytes(content)
    printed, logged = run_python(ONE_KERNEL, NUMBA_CACHE_DIR=str(tmp_path))
    assert printed == ["6", "0"]
    assert "Traceback" not in logged
    assert run_python(ONE_KERNEL, NUMBA_CACHE_DIR=str(tmp_path))[0] == ["6", "1"]


def test_processes_that_start_together_compile_once(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", textwrap.dedent(ONE_KERNEL)]
    started = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) for _ in "123"
    ]
    assert sorted(process.communicate()[0].split()[1] for process in started) == ["0", "1", "1"]


def test_kernel_that_another_process_compiles_before_the_lock_is_had_is_loaded(tmp_path):
    meanwhile = """
        import os, subprocess, sys
        from tetris_arcade.engine import kernel_cache

        def acquire(lock, plain=kernel_cache.CompilingLock.acquire):
            subprocess.run([sys.executable, "-c", os.environ["OTHER"]], check=True, stdout=subprocess.DEVNULL)
            return plain(lock)

        kernel_cache.CompilingLock.acquire = acquire
    """
    other, code = textwrap.dedent(ONE_KERNEL), textwrap.dedent(meanwhile) + textwrap.dedent(ONE_KERNEL)
    assert run_python(code, NUMBA_CACHE_DIR=str(tmp_path), OTHER=other)[0] == ["6", "1"]


def test_kernel_of_a_process_that_was_killed_is_compiled_by_the_next(tmp_path):
    killed = """
        import os
        from tetris_arcade.engine import randomizer
        randomizer.draw_garbage_hole._compiler.compile = lambda *_: os.kill(os.getpid(), 9)
    """
    code = textwrap.dedent(killed) + textwrap.dedent(ONE_KERNEL)
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    assert subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == -9
    assert run_python(ONE_KERNEL, NUMBA_CACHE_DIR=str(tmp_path))[0] == ["6", "0"]


def test_kernels_compile_without_a_writable_cache(tmp_path):
    blocker = tmp_path / "file"
    blocker.touch()
    before = set((ROOT / "tetris_arcade").rglob("*.nb?"))
    printed, logged = run_python(ONE_KERNEL, NUMBA_CACHE_DIR=str(blocker))
    assert (printed, logged) == (["6", "0"], "")
    assert set((ROOT / "tetris_arcade").rglob("*.nb?")) == before, "no cache beside the sources either"


def test_full_disk_is_only_a_warning(tmp_path):
    full_disk = """
        import builtins, errno
        def no_space(path, mode="r", *args, opened=open, **kwargs):
            if "w" in mode and ".nb" in str(path):
                raise OSError(errno.ENOSPC, "No space left on device")
            return opened(path, mode, *args, **kwargs)
        builtins.open = no_space
    """
    printed, logged = run_python(
        textwrap.dedent(full_disk) + textwrap.dedent(ONE_KERNEL), NUMBA_CACHE_DIR=str(tmp_path)
    )
    assert printed == ["6", "0"]
    assert "cannot cache the compiled draw_garbage_hole: [Errno 28] No space left on device" in logged
    assert "Traceback" not in logged


def test_only_the_four_latest_folders_are_kept(cache_root):
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


def test_empty_cache_is_not_warm(cache_root):
    assert kernel_cache.is_cache_writable()
    assert not kernel_cache.is_warm()


def test_numba_cache_setting_is_restored(tmp_path):
    code = """
        import numba
        numba.config.CACHE_DIR = "/somewhere"
        import tetris_arcade.engine.jit
        print(numba.config.CACHE_DIR)
    """
    assert run_python(code, NUMBA_CACHE_DIR=str(tmp_path))[0] == ["/somewhere"]


def test_is_warm_does_not_load_numba(tmp_path):
    code = """
        import sys
        from tetris_arcade.engine.kernel_cache import is_warm
        print(is_warm(), "numba" in sys.modules)
    """
    assert run_python(code, NUMBA_CACHE_DIR=str(tmp_path))[0] == ["False", "False"]
