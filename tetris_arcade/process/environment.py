"""Removes environment variables that would end or confuse the program."""

from __future__ import annotations

import os
import re
from collections.abc import MutableMapping

_CACHE_FOLDER = "NUMBA_CACHE_DIR"
_VALID = {
    _CACHE_FOLDER: re.compile(r".+", re.DOTALL),
    "NUMBA_CPU_NAME": re.compile(r"[\w.+-]+"),
    "NUMBA_CPU_FEATURES": re.compile(r"[+-][\w.-]+(,[+-][\w.-]+)*"),
}
"""Where kernels are cached, and for which processor."""
_REMOVED = ("NUMBA_", "TORCH_LOGS")
"""How the names of libraries' settings begin that are removed, except for the valid ones."""
_THREADS = "OPENBLAS_NUM_THREADS"


def clean_environment(environment: MutableMapping[str, str] = os.environ) -> None:
    """Remove settings of numba and torch that can end them, for this program and its child processes.

    The kernels depend on none of numba's: they are not parallel and need the compiler. But a malformed one
    ends numba's import or its compiler, as one of torch's log settings ends torch's import, and
    `NUMBA_DISABLE_JIT` leaves no kernels. numpy's library gets no threads besides the program's: it would
    start one for each core, and end the process if it gets none.
    """
    for name in [name for name in environment if name.startswith(_REMOVED)]:
        if name not in _VALID or not _VALID[name].fullmatch(environment[name]):
            del environment[name]
    environment[_THREADS] = "1"


def replace_unwritable_cache_folder(environment: MutableMapping[str, str] = os.environ) -> str | None:
    """Remove NUMBA_CACHE_DIR if nothing can be written there; returns a sentence that says so.

    Every process would compile the kernels for itself. Without it they are in the user's cache folder.
    """
    folder = environment.get(_CACHE_FOLDER)
    if not folder:
        return None
    import tempfile  # Here, because it takes time to import.

    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        del environment[_CACHE_FOLDER]
        return f"{_CACHE_FOLDER} is not used, because {folder!a} cannot be written to: {error.strerror}"
