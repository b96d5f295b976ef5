"""What a person does on the page, and sees there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tetris_arcade.bench.web_pages import wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SECONDS = 60.0


def expect(page: Page, selector: str) -> Any:
    """What is expected of an element."""
    from playwright.sync_api import expect as expect_of

    return expect_of(page.locator(selector))


def expect_state(page: Page, text: str) -> None:
    expect(page, "#state").to_contain_text(text)


def start_training(page: Page) -> None:
    """Start a new training, or resume the one that is paused; a game is shown at the highest speed."""
    if page.locator("#start").is_enabled():
        page.click("#start")
        page.click("#start-new")
    expect(page, "#pause").to_be_enabled()
    if page.locator("#pause").inner_text() == "Resume":
        page.click("#pause")
    expect_state(page, "Training")
    page.check("#visual")
    page.uncheck("#in_step")
    page.locator("#speed").fill("1")
    expect(page, "#speed-text").to_have_text("16/s")


def stop(page: Page) -> None:
    """Stop what runs."""
    if page.locator("#stop").is_enabled():
        page.click("#stop")
    expect(page, "#start").to_be_enabled()


def figure(page: Page, label: str) -> int:
    """A figure beside the board; 0 if it is unknown."""
    value = page.locator(f"#figures dt:text-is('{label}') + dd").inner_text()
    return int(value.replace(",", "")) if value != "--" else 0


def wait_for_moves(page: Page, more_than: int) -> None:
    wait_for(
        page,
        "least => Number(document.querySelector('#figures dd').textContent.replaceAll(',', '')) > least",
        arg=more_than,
    )


def board_pixels(page: Page) -> str:
    return str(page.evaluate("document.querySelector('#board canvas').toDataURL()"))


def still_board_pixels(page: Page) -> str:
    """The board's pixels once nothing moves any more."""
    before = board_pixels(page)
    while True:
        page.wait_for_timeout(300)
        now = board_pixels(page)
        if now == before:
            return now
        before = now


def wait_for_the_same_board(page: Page, other: Page) -> None:
    until = time.monotonic() + _SECONDS
    while board_pixels(page) != board_pixels(other):
        assert time.monotonic() < until
        page.wait_for_timeout(100)


def wait_for_another_board(page: Page, before: str) -> None:
    wait_for(page, "before => document.querySelector('#board canvas').toDataURL() !== before", arg=before)
