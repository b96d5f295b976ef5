"""What all tests share."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-references", action="store_true", help="take the screens as they are now as the right ones"
    )
    parser.addoption(
        "--faults", type=int, default=100, metavar="N", help="how many the soak injects into a real training"
    )
