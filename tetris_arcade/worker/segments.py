"""Names of shared memory segments, and the removal of those whose maker is dead."""

from __future__ import annotations

import logging
import os
import re
import secrets
from pathlib import Path

_log = logging.getLogger(__name__)

_SHARED_MEMORY = Path("/dev/shm")
_NAME = re.compile(r"tarcade_(\d+)_[0-9a-f]+")


def new_segment_name() -> str:
    """A name that nobody has and that tells who made it, in the 30 characters that macOS allows."""
    return f"tarcade_{os.getpid()}_{secrets.token_hex(6)}"


def remove_stale_segments(folder: Path = _SHARED_MEMORY) -> list[str]:
    """Remove what viewers that were killed together with all their processes have left; returns the names.

    To be called at start, holding the data folder's lock. Only where segments are files (Linux); elsewhere
    they either vanish by themselves (Windows) or cannot be listed (macOS).
    """
    if not folder.is_dir():
        return []
    stale = [path for path in folder.iterdir() if _is_stale(path.name)]
    for path in stale:
        path.unlink(missing_ok=True)
        _log.info("removed the shared memory segment %s of a dead viewer", path.name)
    return [path.name for path in stale]


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
