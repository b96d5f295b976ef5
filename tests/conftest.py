"""Options and fixtures of all tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

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
        "--faults", type=int, default=100, metavar="N", help="how many the soak injects into a real training"
    )


@pytest.fixture
def open_pilot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPilot]:
    """Opens the program without a display, on fake workers, for a test to press keys and read the screen."""
    from tests.pilot import pilots  # the whole viewer, which most tests do without

    with pilots(tmp_path, monkeypatch) as open_one:
        yield open_one
