"""One browser and one server for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tetris_arcade.engine.kernel_cache import is_warm
from tetris_arcade.remote.web_options import missing_web_packages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tetris_arcade.bench.web_program import WebProgram

_TIMEOUT_MS, _COMPILING_TIMEOUT_MS = 60_000, 150_000
"""The second if the kernels must be compiled first."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The system's chromium."""
    from tetris_arcade.bench.web_pages import open_browser, why_no_browser

    missing = why_no_browser()
    if missing is not None:
        pytest.skip(missing)
    with open_browser() as opened:
        from playwright.sync_api import expect

        expect.set_options(timeout=_TIMEOUT_MS if is_warm() else _COMPILING_TIMEOUT_MS)
        yield opened


@pytest.fixture(scope="package")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebProgram]:
    """A program without a window, with an empty data folder."""
    if missing_web_packages():
        pytest.skip("the extra web is not installed")
    from tetris_arcade.bench.web_program import WebProgram

    with WebProgram(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture
def page(browser: Browser, program: WebProgram) -> Iterator[Page]:
    """An operator's page."""
    from tetris_arcade.bench.web_pages import open_page

    opened = open_page(browser, program)
    yield opened
    opened.context.close()
