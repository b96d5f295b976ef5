"""Where compiled kernels are cached between runs; does not load numba, so the checks are cheap."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from filelock import BaseFileLock

_MAX_FOLDERS = 4
_PREFIX = "kernels-"
_MAX_WAIT_SECONDS = 300.0


@cache
def kernel_cache_dir() -> Path:
    """The folder for these sources' machine code, under NUMBA_CACHE_DIR or the user's cache folder.

    numba checks only a function's own file to decide whether its code is stale: if an inlined part changed in
    another file, an unchanged caller would keep the old rules. So the folder's name is a hash of all sources
    that kernels are compiled from, including those of the constants compiled into them.
    """
    digest = hashlib.sha256()
    for source in _kernel_sources():
        digest.update(source.read_bytes())
    root = os.environ.get("NUMBA_CACHE_DIR") or platformdirs.user_cache_dir("tetris-arcade")
    return Path(root) / f"{_PREFIX}{digest.hexdigest()[:16]}"


@cache
def is_cache_writable() -> bool:
    """Whether compiled kernels can be cached; if not, every start compiles them again."""
    probe = kernel_cache_dir() / f".probe-{os.getpid()}"
    try:
        probe.parent.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def is_warm() -> bool:
    """Whether `warm_up` has completed on this machine with these sources, this numba and this Python."""
    return _marker().is_file()


def mark_warm() -> None:
    """Record that every kernel is on disk, and delete all but a few folders of older sources."""
    with contextlib.suppress(OSError):
        _marker().touch()
        os.utime(kernel_cache_dir())
        prune_kernel_caches()


def prune_kernel_caches() -> None:
    """Delete all but the most recently used kernel folders; other versions may be in use at the same time."""
    folders = [folder for folder in kernel_cache_dir().parent.glob(f"{_PREFIX}*") if folder.is_dir()]
    folders.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in folders[_MAX_FOLDERS:]:
        shutil.rmtree(folder, ignore_errors=True)


class CompilingLock:
    """The right of one process at a time to compile a kernel; it ends with the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: BaseFileLock | None = None

    def acquire(self) -> None:
        """Wait until it is free.

        After `_MAX_WAIT_SECONDS`, or where files cannot be locked, the kernel is compiled without it.
        """
        from filelock import FileLock, Timeout  # Here, because it takes time and is needed once.

        self._lock = self._lock or FileLock(self._path, thread_local=False)
        with contextlib.suppress(Timeout, OSError, NotImplementedError):
            self._lock.acquire(timeout=_MAX_WAIT_SECONDS)

    def release(self) -> None:
        """Let others compile the kernel."""
        if self._lock is not None and self._lock.is_locked:
            self._lock.release()


def _kernel_sources() -> list[Path]:
    engine = Path(__file__).parent
    package = engine.parent
    constants = [package / "config" / f"{name}.py" for name in ("env", "features", "rewards")]
    kernels = [*engine.glob("*.py"), *package.glob("*/*_kernels.py")]
    return [*sorted(set(kernels)), *(path for path in constants if path.is_file())]


def _marker() -> Path:
    return kernel_cache_dir() / f"warm-{version('numba')}-{platform.python_version()}-{platform.machine()}"
