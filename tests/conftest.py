"""Options and fixtures of all tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tetris_arcade.engine.kernel_cache import is_warm

if TYPE_CHECKING:
    from tests.pilot import OpenPilot

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")
# A shell's background jobs ignore Ctrl-C, jobs under nohup a hang-up; so would the processes started here.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-references", action="store_true", help="replace the reference pictures by the current ones"
    )
    parser.addoption(
        "--minutes", type=float, default=1.0, metavar="M", help="how long the soak of the browser view lasts"
    )
    parser.addoption(
        "--faults", type=int, default=100, metavar="N", help="how many the soak injects into a real training"
    )


_FIRST = ("config", "ui", "scenes", "remote")
"""Folders whose tests need no kernels."""
_LAST = ("soak", "test_contrast.py", "test_pictures.py", "test_text_sizes.py")
"""Short tests only: with a long one at the end, one process would work and the other wait."""
_COMPILING = pytest.StashKey[subprocess.Popen[bytes]]()


def pytest_configure(config: pytest.Config) -> None:
    """With `-n`, compile the kernels in a process of its own while the first tests run."""
    is_distributing = bool(getattr(config.option, "numprocesses", None))
    if is_distributing and not hasattr(config, "workerinput") and not is_warm():
        command = [sys.executable, "-m", "tests.compile_kernels"]
        config.stash[_COMPILING] = subprocess.Popen(command, cwd=Path(__file__).parent.parent)


def pytest_unconfigure(config: pytest.Config) -> None:
    compiling = config.stash.get(_COMPILING, None)
    if compiling is not None:
        compiling.kill()
        compiling.wait()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `-n`, run the tests first that need no kernels, and short ones last."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _turn(item.path.relative_to(Path(__file__).parent).parts[0]))


def _turn(name: str) -> int:
    return 0 if name in _FIRST else 2 if name in _LAST else 1


@pytest.fixture
def open_pilot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPilot]:
    """Opens the program without a display, on fake workers, for a test to press keys and read the screen."""
    from tests.pilot import pilots  # the whole viewer, which most tests do without

    with pilots(tmp_path, monkeypatch) as open_one:
        yield open_one
