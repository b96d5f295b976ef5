"""How this program starts more interpreters: like this one, and without the current folder on their path."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import PathFinder

_PACKAGE = "tetris_arcade"
_PACKAGE_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_ROOT = os.path.dirname(_PACKAGE_FOLDER)
"""The folder in which this package was found: a checkout, or Python's `site-packages`."""
_START = "import sys; sys.path.insert(0, {root!r}); from {package}.process import interpreter; "
_ORDER = "interpreter.put_stray_folder_last(); "
_RUN = "from {package}.__main__ import run; sys.exit(run())"


def program_command(*arguments: str) -> list[str]:
    """A command that runs this program with other arguments."""
    return python_command(_RUN.format(package=_PACKAGE), *arguments)


def python_command(code: str, *arguments: str) -> list[str]:
    """A command that runs code in another interpreter, with this one's options and this package.

    A file in the current folder cannot take the place of a module that the code imports.
    """
    start = _START.format(root=_ROOT, package=_PACKAGE) + _ORDER
    return [sys.executable, *interpreter_options(), "-c", start + code, *arguments]


def interpreter_options() -> list[str]:
    """This interpreter's options (-I, -E, -s, -X ...), and -P: without the current folder on the path."""
    import subprocess  # Here, because it takes time to import.

    options: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    for name, value in sys._xoptions.items():
        option = name if value is True else f"{name}={value}"
        if option not in options:  # The function above knows only some of them.
            options += ["-X", option]
    return options if {"-I", "-P"} & set(options) else [*options, "-P"]


@contextmanager
def spawning() -> Iterator[None]:
    """Within the block, `multiprocessing` starts its processes with `interpreter_options`."""
    from multiprocessing import util

    original = util._args_from_interpreter_flags  # type: ignore[attr-defined]
    util._args_from_interpreter_flags = interpreter_options  # type: ignore[attr-defined]
    try:
        yield
    finally:
        util._args_from_interpreter_flags = original  # type: ignore[attr-defined]


def put_stray_folder_last() -> None:
    """Take the first folder off the start of the path if it is the current one or holds this package.

    `python -m` puts the current folder there: every file in it with the name of a module of the standard
    library would replace that module. It remains, as the last one, if only there this package is found, and
    as the first one if another copy of this package would be found otherwise.
    """
    if not sys.path or sys.path[0] not in ("", os.getcwd(), _ROOT):
        return
    elsewhere = PathFinder.find_spec(_PACKAGE, sys.path[1:])
    if elsewhere is None or elsewhere.submodule_search_locations is None:
        sys.path.append(sys.path.pop(0))
    elif _PACKAGE_FOLDER in map(os.path.abspath, elsewhere.submodule_search_locations):
        sys.path.pop(0)
