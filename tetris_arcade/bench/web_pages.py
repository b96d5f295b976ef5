"""Chromium as the system has it, for measuring the page; nothing is downloaded."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from tetris_arcade.bench.web_program import TOKEN, WebProgram

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",  # needed by root
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_POLL_MS = 30.0
_TIMEOUT_MS = 60_000.0
_COUNT_DRAWINGS = """
    window.boardDrawings = 0;
    window.firstBoardMs = null;
    const { clearRect, drawImage } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clearRect = function (...where) {
        if (this.canvas.closest("#board")) window.boardDrawings += 1;
        return clearRect.apply(this, where);
    };
    CanvasRenderingContext2D.prototype.drawImage = function (...what) {
        if (this.canvas.closest("#board")) window.firstBoardMs ??= performance.now();
        return drawImage.apply(this, what);
    };
"""
"""The page itself counts nothing: this wraps the canvas before its scripts run."""


def why_no_browser() -> str | None:
    """Why there is no browser to measure with; None if there is one."""
    if find_spec("playwright") is None:
        return "the package playwright is not installed"
    if not any(map(shutil.which, _NAMES)):
        return "chromium is not installed"
    return None


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Open the system's chromium; there must be one, see `why_no_browser`."""
    from playwright.sync_api import sync_playwright

    path = next(found for found in map(shutil.which, _NAMES) if found)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def open_page(browser: Browser, program: WebProgram, token: str = TOKEN, **options: Any) -> Page:
    """A page in a context of its own, once it has the state."""
    page = browser.new_context(**{"viewport": {"width": 1280, "height": 720}, **options}).new_page()
    page.set_default_timeout(_TIMEOUT_MS)
    page.add_init_script(_COUNT_DRAWINGS)
    page.goto(program.url(token))
    page.wait_for_selector("#connection[data-state=connected]")
    return page


def wait_for(page: Page, condition: str, arg: object = None) -> None:
    """Wait until JavaScript gives true. Playwright's own function is refused by the page's CSP."""
    until = time.monotonic() + _TIMEOUT_MS / 1000
    while not page.evaluate(condition, arg):
        if time.monotonic() > until:
            raise TimeoutError(condition)
        page.wait_for_timeout(_POLL_MS)


class PageMeter:
    """Boards per second that a page receives and draws."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._received = 0
        page.on("websocket", self._listen)
        page.reload()
        wait_for(page, "window.firstBoardMs !== null")

    def _listen(self, socket: Any) -> None:
        def count(frame: str | bytes) -> None:
            text = frame if isinstance(frame, str) else frame.decode()
            self._received += text.startswith('{"type":"board"')

        socket.on("framereceived", count)

    @property
    def first_board_seconds(self) -> float:
        """From the start of loading until the first board was drawn."""
        return float(self._page.evaluate("window.firstBoardMs")) / 1000

    def count(self) -> tuple[int, int]:
        """(boards received, boards drawn) until now."""
        drawn = int(self._page.evaluate("window.boardDrawings"))
        return self._received, drawn
