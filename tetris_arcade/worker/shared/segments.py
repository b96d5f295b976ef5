"""Shared memory segments: their names, their room, and the removal of those whose maker is dead."""

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
    """A name that nobody has and that tells who made it, in the 30 characters that macOS allows."""
    return f"tarcade_{os.getpid()}_{secrets.token_hex(6)}"


def reserve_room(name: str, size: int, folder: Path = _SHARED_MEMORY) -> None:
    """Have the system set aside all of a new segment's memory; raises OSError where there is not so much.

    It promises any size otherwise, and ends whoever first writes where nothing is left by a signal.
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
    """Remove what viewers that were killed together with all their processes have left; returns the names.

    To be called at start, holding the data folder's lock. Only where segments are files (Linux); elsewhere
    they either vanish by themselves (Windows) or cannot be listed (macOS).
    """
    if not folder.is_dir():
        return []
    removed = []
    for path in [path for path in folder.iterdir() if _is_stale(path.name)]:
        try:
            path.unlink()
        except OSError:  # Another user's: it is theirs to remove.
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
