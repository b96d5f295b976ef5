"""Removes environment variables that would end or confuse the program."""

from __future__ import annotations

import os
from collections.abc import MutableMapping

_NUMBA = "NUMBA_"
_KEPT = frozenset({"NUMBA_CACHE_DIR", "NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES"})
"""Where kernels are cached, and for which processor; any text is valid."""


def remove_numba_settings(environment: MutableMapping[str, str] = os.environ) -> None:
    """Remove numba's settings for this program and its child processes, except those of the kernels' cache.

    The kernels depend on none of them: they are not parallel and need the compiler. But a malformed one ends
    numba's import or shows a traceback, and `NUMBA_DISABLE_JIT` leaves no kernels.
    """
    for name in [name for name in environment if name.startswith(_NUMBA) and name not in _KEPT]:
        del environment[name]
