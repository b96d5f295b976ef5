"""Removes environment variables that would end or confuse the program."""

from __future__ import annotations

import os
import tempfile
from collections.abc import MutableMapping

_NUMBA = "NUMBA_"
_CACHE_FOLDER = "NUMBA_CACHE_DIR"
_KEPT = frozenset({_CACHE_FOLDER, "NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES"})
"""Where kernels are cached, and for which processor; any text is valid."""


def remove_numba_settings(environment: MutableMapping[str, str] = os.environ) -> None:
    """Remove numba's settings for this program and its child processes, except those of the kernels' cache.

    The kernels depend on none of them: they are not parallel and need the compiler. But a malformed one ends
    numba's import or shows a traceback, and `NUMBA_DISABLE_JIT` leaves no kernels.
    """
    for name in [name for name in environment if name.startswith(_NUMBA) and name not in _KEPT]:
        del environment[name]


def replace_unwritable_cache_folder(environment: MutableMapping[str, str] = os.environ) -> str | None:
    """Remove NUMBA_CACHE_DIR if nothing can be written there; returns a sentence that says so.

    Every process would compile the kernels for itself. Without it they are in the user's cache folder.
    """
    folder = environment.get(_CACHE_FOLDER)
    if not folder:
        return None
    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        del environment[_CACHE_FOLDER]
        return f"{_CACHE_FOLDER} is not used, because {folder!a} cannot be written to: {error.strerror}"
