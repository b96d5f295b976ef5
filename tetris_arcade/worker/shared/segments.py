"""Shared memory segments: names, allocation, and the removal of segments whose creator is dead."""

from __future__ import annotations

import logging
import os
import re
import secrets
from pathlib import Path

logger = logging.getLogger(__name__)

_SHARED_MEMORY = Path("/dev/shm")
_NAME = re.compile(r"tarcade_(\d+)_[0-9a-f]+")


def new_segment_name() -> str:
    """A unique name that contains the creator's pid, within the 30 characters that macOS allows."""
    return f"tarcade_{os.getpid()}_{secrets.token_hex(6)}"


def allocate_segment(name: str, size: int, folder: Path = _SHARED_MEMORY) -> None:
    """Allocate all memory of a new segment; raises OSError if there is not enough.

    Otherwise Linux allocates pages at the first write, and kills the writer with SIGBUS if none is left.
    """
    if not hasattr(os, "posix_fallocate") or not (folder / name).exists():
        return
    descriptor = os.open(folder / name, os.O_RDWR)
    try:
        os.posix_fallocate(descriptor, 0, size)
    except OSError as error:
        raise OSError(error.errno, error.strerror, f"the shared memory in {folder}") from error
    finally:
        os.close(descriptor)


def remove_stale_segments(folder: Path = _SHARED_MEMORY) -> list[str]:
    """Remove the segments of viewers that were killed together with all their processes; return the names.

    Call it at start, while holding the data folder's lock. It only works if segments are files (Linux).
    Windows removes them by itself; macOS cannot list them.
    """
    if not folder.is_dir():
        return []
    removed = []
    for path in [path for path in folder.iterdir() if _is_stale(path.name)]:
        try:
            path.unlink()
        except OSError:  # It belongs to another user.
            continue
        removed.append(path.name)
        logger.info("removed the shared memory segment %s of a dead viewer", path.name)
    return removed


def _is_stale(name: str) -> bool:
    match = _NAME.fullmatch(name)
    return match is not None and not _is_running(int(match[1]))


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
