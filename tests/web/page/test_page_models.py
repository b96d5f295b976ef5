"""Models on the page, in a real browser with a real server; and who may do what there."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tetris_arcade.bench.web_program import WebProgram

pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
pytest.importorskip("websockets", reason="the extra web is not installed")
from tests.web.page.page_actions import (
    board_pixels,
    expect,
    expect_state,
    figure,
    start_training,
    stop,
    wait_for_another_board,
    wait_for_moves,
)
from tetris_arcade.bench.web_pages import open_page
from tetris_arcade.bench.web_program import WATCH_TOKEN

pytestmark = pytest.mark.system


def _save(page: Page, name: str) -> None:
    """Save the running or stopped training's latest state under a name."""
    page.select_option("#save-form select", "latest")
    page.fill("#save-form input", name)
    page.click("#save-form button")


def _column(page: Page, head: str) -> list[str]:
    """The first line of each cell of a column."""
    return [text.split("\n")[0] for text in page.locator(f"#models td[data-head='{head}']").all_inner_texts()]


# --- Models ---


def test_a_copy_is_saved_exported_imported_and_deleted_and_its_name_is_never_markup(
    page: Page, tmp_path: Path
) -> None:
    start_training(page)
    wait_for_moves(page, 100)
    stop(page)
    name = "<img src=x onerror=alert(1)>"
    _save(page, name)
    expect(page, "#models").to_contain_text(name)
    _save(page, name)
    expect(page, "#save-form .answer").to_contain_text("exists")

    page.click(f"button[aria-label='Export {name}']")
    with page.expect_download() as download:
        page.click("#export-here")
    file = tmp_path / "carried-over.zip"
    download.value.save_as(file)
    assert zipfile.is_zipfile(file)
    page.set_input_files("#import", file)
    expect(page, "#messages").to_contain_text("Imported as")

    page.click(f"button[aria-label='Delete {name}']")
    expect(page, "#delete-dialog").to_contain_text(name)
    page.click("#delete-dialog .close")
    expect(page, "#models").to_contain_text(name)
    page.click(f"button[aria-label='Delete {name}']")
    page.click("#delete")
    expect(page, f"button[aria-label='Delete {name}']").to_have_count(0)
    assert page.locator("#models img, #messages img, #toasts img").count() == 0


def test_a_dropped_file_that_is_no_model_changes_nothing(page: Page) -> None:
    before = page.locator("#models tbody tr").count()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["no model"], "notes.zip"));
            for (const type of ["dragenter", "drop"])
                document.body.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true}));
        }"""
    )
    expect(page, "#messages .error").to_contain_text("notes.zip: ")
    assert page.locator("#models tbody tr").count() == before


def test_every_head_sorts_both_ways_and_numbers_as_numbers(page: Page) -> None:
    _check_sorting(page, "Model Name", str)
    for head in ("Lines per Game", "Best Lines", "Episodes", "Timesteps"):
        _check_sorting(page, head, _leading_number)


def _check_sorting(page: Page, head: str, key: Callable[[str], Any]) -> None:
    cell = page.locator(f"#models th:has(button:text-is('{head}'))")
    orders = {}
    for _ in range(2):
        cell.locator("button").click()
        direction = str(cell.get_attribute("aria-sort"))
        known = [key(text) for text in _column(page, head) if text != "--"]
        assert known == sorted(known, reverse=direction == "descending"), head
        assert _column(page, head)[: len(known)] == [text for text in _column(page, head) if text != "--"]
        orders[direction] = known
    assert set(orders) == {"ascending", "descending"}
    assert len(orders["ascending"]) > 1


def _leading_number(text: str) -> float:
    return float(re.sub(r"[,*]", "", text.split()[0]))


def test_demo_is_watched_in_all_pages(browser: Browser, program: WebProgram, page: Page) -> None:
    stop(page)
    other = open_page(browser, program, WATCH_TOKEN)
    page.click("button[aria-label='Demo champion']")
    for each in (page, other):
        expect_state(each, "Demo: champion")
        expect(each, "#models tr.playing").to_contain_text("champion")
        expect(each, "#figures").to_contain_text("Pieces", ignore_case=True)
    page.click("#pause")
    expect_state(other, "Paused")
    page.click("#pause")
    expect_state(other, "Demo: champion")
    before = board_pixels(other)
    wait_for_another_board(other, before)
    page.click("#stop")
    expect(page, "#start").to_be_enabled()
    expect(other, "#models tr.playing").to_have_count(0)
    other.context.close()


# --- Who may do what ---


def test_a_watcher_sees_all_and_steers_nothing(browser: Browser, program: WebProgram, page: Page) -> None:
    start_training(page)
    watcher = open_page(browser, program, WATCH_TOKEN)
    expect_state(watcher, "Training")
    expect(watcher, "#locked").to_contain_text("You are watching")
    for name in ("#start", "#pause", "#stop", "#speed", "#visual", "#save-form button", "#import"):
        expect(watcher, name).to_be_disabled()
    expect(watcher, "button[aria-label='Demo champion']").to_be_disabled()
    moves = figure(watcher, "Moves")
    for key in ("p", "x", "v"):
        watcher.keyboard.press(key)
    wait_for_moves(watcher, moves)
    expect_state(page, "Training")
    watcher.keyboard.press("h")
    assert watcher.locator("#values").is_checked()
    watcher.context.close()


def test_a_page_without_a_token_says_what_it_needs(browser: Browser, program: WebProgram) -> None:
    page = browser.new_context().new_page()
    page.goto(program.base + "/")
    expect(page, "body").to_contain_text("token")
    page.context.close()
