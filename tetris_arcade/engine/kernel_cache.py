"""Where compiled kernels are kept between runs; free of numba, so that asking costs nothing."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
from functools import cache
from importlib.metadata import version
from pathlib import Path

import platformdirs

_FOLDERS_KEPT = 4
_PREFIX = "kernels-"


@cache
def kernel_cache_dir() -> Path:
    """The folder for the machine code of these sources, under NUMBA_CACHE_DIR or the user's cache folder.

    numba looks only at a function's own file to tell whether its code is stale; an engine whose inner parts
    changed under an unchanged caller would run on with the old rules. So the folder's name is a hash of all
    of them.
    """
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    root = os.environ.get("NUMBA_CACHE_DIR") or platformdirs.user_cache_dir("tetris-arcade")
    return Path(root) / f"{_PREFIX}{digest.hexdigest()[:16]}"


@cache
def is_cache_writable() -> bool:
    """Whether compiled kernels can be kept; where they cannot, every start compiles anew."""
    probe = kernel_cache_dir() / f".probe-{os.getpid()}"
    try:
        probe.parent.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def is_warm() -> bool:
    """Whether `warm_up` has once run to its end here with these sources, this numba and this Python."""
    return _marker().is_file()


def mark_warm() -> None:
    """Remember that every kernel is on disk, and let the folders of older sources go but for a few."""
    with contextlib.suppress(OSError):
        _marker().touch()
        os.utime(kernel_cache_dir())
        prune_kernel_caches()


def prune_kernel_caches() -> None:
    """Delete all but the last used kernel folders: other versions may be in use beside this one."""
    folders = [folder for folder in kernel_cache_dir().parent.glob(f"{_PREFIX}*") if folder.is_dir()]
    folders.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in folders[_FOLDERS_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def _marker() -> Path:
    return kernel_cache_dir() / f"warm-{version('numba')}-{platform.python_version()}-{platform.machine()}"
