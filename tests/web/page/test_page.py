"""The page in a real browser, with a real server and a real training."""

from __future__ import annotations

import re
import signal
import time
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
from tetris_arcade.bench.web_pages import open_page, wait_for
from tetris_arcade.bench.web_program import TOKEN, WATCH_TOKEN

pytestmark = pytest.mark.system

_SECONDS = 60.0

# --- What a person does on the page ---


def _expect(page: Page, selector: str) -> Any:
    from playwright.sync_api import expect

    return expect(page.locator(selector))


def _expect_state(page: Page, text: str) -> None:
    _expect(page, "#state").to_contain_text(text)


def _start_training(page: Page) -> None:
    """Start a new training, or resume the one that is paused; a game is shown at the highest speed."""
    if page.locator("#start").is_enabled():
        page.click("#start")
        page.click("#start-new")
    _expect(page, "#pause").to_be_enabled()
    if page.locator("#pause").inner_text() == "Resume":
        page.click("#pause")
    _expect_state(page, "Training")
    page.check("#visual")
    page.uncheck("#in_step")
    page.locator("#speed").fill("1")
    _expect(page, "#speed-text").to_have_text("16/s")


def _stop(page: Page) -> None:
    """Stop what runs."""
    if page.locator("#stop").is_enabled():
        page.click("#stop")
    _expect(page, "#start").to_be_enabled()


def _figure(page: Page, label: str) -> int:
    """A figure beside the board; 0 if it is unknown."""
    value = page.locator(f"#figures dt:text-is('{label}') + dd").inner_text()
    return int(value.replace(",", "")) if value != "--" else 0


def _wait_for_moves(page: Page, more_than: int) -> None:
    wait_for(
        page,
        "least => Number(document.querySelector('#figures dd').textContent.replaceAll(',', '')) > least",
        arg=more_than,
    )


def _save(page: Page, name: str) -> None:
    """Save the running or stopped training's latest state under a name."""
    page.select_option("#save-form select", "latest")
    page.fill("#save-form input", name)
    page.click("#save-form button")


def _row(page: Page, name: str) -> Any:
    return page.locator(f"#models tr[data-model='{name}']")


def _column(page: Page, head: str) -> list[str]:
    """The first line of each cell of a column."""
    return [text.split("\n")[0] for text in page.locator(f"#models td[data-head='{head}']").all_inner_texts()]


def _board_pixels(page: Page) -> str:
    return str(page.evaluate("document.querySelector('#board canvas').toDataURL()"))


def _still_board_pixels(page: Page) -> str:
    """The board's pixels once nothing moves any more."""
    before = _board_pixels(page)
    while True:
        page.wait_for_timeout(300)
        now = _board_pixels(page)
        if now == before:
            return now
        before = now


def _wait_for_the_same_board(page: Page, other: Page) -> None:
    until = time.monotonic() + _SECONDS
    while _board_pixels(page) != _board_pixels(other):
        assert time.monotonic() < until
        page.wait_for_timeout(100)


def _wait_for_another_board(page: Page, before: str) -> None:
    wait_for(page, "before => document.querySelector('#board canvas').toDataURL() !== before", arg=before)


# --- Loading ---


def test_page_loads_from_its_own_server_only(browser: Browser, program: WebProgram) -> None:
    page = browser.new_context().new_page()
    requests, problems = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(program.url())
    _expect(page, "#connection").to_have_text("Connected")
    _expect(page, "#models tbody").to_contain_text("champion")
    assert page.evaluate("document.fonts.check('16px \"Arcade Pixel\"')")
    assert [url for url in requests if not url.startswith(program.base)] == []
    assert TOKEN not in page.url
    assert problems == []
    page.context.close()


def test_a_page_of_another_version_says_so(browser: Browser, program: WebProgram) -> None:
    page = browser.new_context().new_page()
    page.goto(program.url())
    _expect(page, "#connection").to_have_text("Connected")
    page.add_init_script(
        """new MutationObserver(() => {
            const version = document.querySelector("meta[name=version]");
            if (version) version.content = "0.0.1";
        }).observe(document, {childList: true, subtree: true});"""
    )
    page.reload()
    _expect(page, "#banner").to_contain_text("The server has another version than this page")
    _expect(page, "#operator").to_have_attribute("disabled", "")
    page.context.close()


# --- Training ---


def test_training_is_started_with_the_forms_settings(page: Page) -> None:
    _stop(page)
    page.click("#start")
    page.fill("#start-form input[name=seed]", "7")
    page.select_option("#start-form select[name='env.pieces']", "uniform")
    page.click("#start-new")
    _expect_state(page, "Training")
    _expect(page, "#facts").to_contain_text("seed 7")
    _expect(page, "#facts").to_contain_text("random, 20 rows")
    _wait_for_moves(page, 100)
    before = _board_pixels(page)
    _wait_for_another_board(page, before)


def test_a_bad_setting_is_named(page: Page) -> None:
    _stop(page)
    page.click("#start")
    page.fill("#start-form input[name='env.height']", "3")
    page.click("#start-new")
    _expect(page, "#start-form .answer").to_contain_text("height")
    _expect(page, "#start-dialog").to_be_visible()
    page.keyboard.press("Escape")
    _expect(page, "#start-dialog").to_be_hidden()
    assert page.locator("#start").is_enabled()


def test_pause_step_and_resume(page: Page) -> None:
    _start_training(page)
    page.click("#pause")
    _expect_state(page, "Paused")
    _expect(page, "#board .strip").to_have_text("Paused")
    _expect(page, "#pause").to_have_text("Resume")
    before = _board_pixels(page)
    page.click("#step")
    _wait_for_another_board(page, before)
    page.click("#pause")
    _expect_state(page, "Training")
    _wait_for_moves(page, _figure(page, "Moves"))


def test_speed_is_the_same_in_all_pages(browser: Browser, program: WebProgram, page: Page) -> None:
    _start_training(page)
    other = open_page(browser, program)
    page.locator("#speed").fill("0.1")
    for each in (page, other):
        _expect(each, "#speed-text").to_have_text("1/s")
        _expect(each, "#figures").to_contain_text("1/s")
    _expect(other, "#speed").to_have_value("0.1")
    other.click("#faster")
    _expect(page, "#speed-text").to_have_text("2/s")
    page.locator("#speed").fill("1")
    _expect(other, "#speed-text").to_have_text("16/s")
    other.context.close()


def test_hidden_boards_are_not_sent(page: Page) -> None:
    _start_training(page)
    page.uncheck("#visual")
    _expect(page, "#board .notice").to_contain_text("Board hidden")
    before, moves = _still_board_pixels(page), _figure(page, "Moves")
    _wait_for_moves(page, moves)
    assert _board_pixels(page) == before
    page.check("#visual")
    _expect(page, "#board .notice").to_be_hidden()
    _wait_for_another_board(page, before)


def test_a_reload_and_a_second_page_show_the_same(browser: Browser, program: WebProgram, page: Page) -> None:
    _start_training(page)
    page.locator("#speed").fill("0.3")
    page.click("#pause")
    _expect_state(page, "Paused")
    other = open_page(browser, program)
    page.reload()
    for each in (page, other):
        _expect_state(each, "Paused")
        _expect(each, "#speed").to_have_value("0.3")
        _expect(each, "#visual").to_be_checked()
    _wait_for_the_same_board(page, other)
    assert _figure(page, "Moves") == _figure(other, "Moves")
    assert _figure(page, "Games") == _figure(other, "Games")
    other.click("#pause")
    _expect_state(page, "Training")
    page.locator("#speed").fill("1")
    other.context.close()


def test_graphs_are_drawn(page: Page) -> None:
    _start_training(page)
    _expect(page, "#charts .uplot").to_have_count(4)
    _expect(page, "#charts .plot").to_have_count(4)
    assert "Lines per game: " in str(page.locator("#charts .plot").first.get_attribute("aria-label"))
    page.keyboard.press("g")
    _expect(page, "#charts").to_contain_text("Bumpiness")
    page.keyboard.press("g")
    _expect(page, "#charts").to_contain_text("Exploration")


def test_page_heals_when_the_server_was_killed(program: WebProgram, page: Page) -> None:
    _start_training(page)
    moves = _figure(page, "Moves")
    program.server().send_signal(signal.SIGKILL)
    _expect(page, "#connection").to_contain_text("No connection")
    _expect(page, "#operator").to_have_attribute("disabled", "")
    _expect(page, "#connection").to_have_text("Connected")
    _wait_for_moves(page, moves)
    _expect_state(page, "Training")


# --- Models ---


def test_a_copy_is_saved_exported_imported_and_deleted_and_its_name_is_never_markup(
    page: Page, tmp_path: Path
) -> None:
    _start_training(page)
    _wait_for_moves(page, 100)
    _stop(page)
    name = "<img src=x onerror=alert(1)>"
    _save(page, name)
    _expect(page, "#models").to_contain_text(name)
    _save(page, name)
    _expect(page, "#save-form .answer").to_contain_text("exists")

    page.click(f"button[aria-label='Export {name}']")
    with page.expect_download() as download:
        page.click("#export-here")
    file = tmp_path / "carried-over.zip"
    download.value.save_as(file)
    assert zipfile.is_zipfile(file)
    page.set_input_files("#import", file)
    _expect(page, "#messages").to_contain_text("Imported as")

    page.click(f"button[aria-label='Delete {name}']")
    _expect(page, "#delete-dialog").to_contain_text(name)
    page.click("#delete-dialog .close")
    _expect(page, "#models").to_contain_text(name)
    page.click(f"button[aria-label='Delete {name}']")
    page.click("#delete")
    _expect(page, f"button[aria-label='Delete {name}']").to_have_count(0)
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
    _expect(page, "#messages .error").to_contain_text("notes.zip: ")
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
    _stop(page)
    other = open_page(browser, program, WATCH_TOKEN)
    page.click("button[aria-label='Demo champion']")
    for each in (page, other):
        _expect_state(each, "Demo: champion")
        _expect(each, "#models tr.playing").to_contain_text("champion")
        _expect(each, "#figures").to_contain_text("Pieces", ignore_case=True)
    page.click("#pause")
    _expect_state(other, "Paused")
    page.click("#pause")
    _expect_state(other, "Demo: champion")
    before = _board_pixels(other)
    _wait_for_another_board(other, before)
    page.click("#stop")
    _expect(page, "#start").to_be_enabled()
    _expect(other, "#models tr.playing").to_have_count(0)
    other.context.close()


# --- Who may do what ---


def test_a_watcher_sees_all_and_steers_nothing(browser: Browser, program: WebProgram, page: Page) -> None:
    _start_training(page)
    watcher = open_page(browser, program, WATCH_TOKEN)
    _expect_state(watcher, "Training")
    _expect(watcher, "#locked").to_contain_text("You are watching")
    for name in ("#start", "#pause", "#stop", "#speed", "#visual", "#save-form button", "#import"):
        _expect(watcher, name).to_be_disabled()
    _expect(watcher, "button[aria-label='Demo champion']").to_be_disabled()
    moves = _figure(watcher, "Moves")
    for key in ("p", "x", "v"):
        watcher.keyboard.press(key)
    _wait_for_moves(watcher, moves)
    _expect_state(page, "Training")
    watcher.keyboard.press("h")
    assert watcher.locator("#values").is_checked()
    watcher.context.close()


def test_a_page_without_a_token_says_what_it_needs(browser: Browser, program: WebProgram) -> None:
    page = browser.new_context().new_page()
    page.goto(program.base + "/")
    _expect(page, "body").to_contain_text("token")
    page.context.close()


# --- Keys, screen readers, phones, motion ---


def test_keys_steer_but_not_while_typing(page: Page) -> None:
    _start_training(page)
    page.keyboard.press("p")
    _expect_state(page, "Paused")
    page.focus("#save-form input")
    page.keyboard.type("pxv.")
    assert page.input_value("#save-form input") == "pxv."
    _expect_state(page, "Paused")
    page.locator("#save-form input").blur()
    page.keyboard.press("p")
    _expect_state(page, "Training")
    page.keyboard.press("?")
    _expect(page, "#help-dialog").to_be_visible()
    page.uncheck("#shortcuts")
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.wait_for_timeout(0)
    _wait_for_moves(page, _figure(page, "Moves"))
    _expect_state(page, "Training")


def test_focus_is_seen_and_everything_has_a_name(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, a")].filter((each) =>
            !(each.textContent.trim() || each.getAttribute("aria-label") || each.labels?.length))
            .map((each) => each.outerHTML)"""
    )
    assert nameless == []
    roles = page.evaluate(
        "[...document.querySelectorAll('#models [role]')].map((e) => e.getAttribute('role'))"
    )
    assert {"rowgroup", "row", "columnheader", "cell"} <= set(roles)


def test_live_region_speaks_of_states_only(page: Page) -> None:
    _start_training(page)
    page.evaluate(
        """() => {
            window.spoken = 0;
            const observer = new MutationObserver((changes) => { window.spoken += changes.length; });
            for (const region of document.querySelectorAll("[role=status], [role=alert]"))
                observer.observe(region, {childList: true, characterData: true, subtree: true});
        }"""
    )
    _wait_for_moves(page, _figure(page, "Moves") + 1_000)
    assert page.evaluate("window.spoken") <= 3
    page.keyboard.press("p")
    _expect(page, "#live").to_contain_text("Paused")


def test_page_fits_every_screen_and_a_phone_shows_board_and_controls_at_once(page: Page) -> None:
    _start_training(page)  # with "Trying something", the widest text beside the board, now and then
    _expect(page, "#models tbody").to_contain_text("champion")
    for width in (320, 360, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 360, "height": 740})
    _expect(page, "#board .well > canvas").to_be_in_viewport(ratio=1.0)
    _expect(page, "#pause").to_be_in_viewport()


def test_reduced_motion_animates_nothing(page: Page) -> None:
    _start_training(page)
    page.locator("#speed").fill("0.1")  # one board a second
    _expect(page, "#speed-text").to_have_text("1/s")
    drawn = _drawings_per_board(page)
    page.emulate_media(reduced_motion="reduce")
    assert _drawings_per_board(page) < 5 < drawn
    page.locator("#speed").fill("1")


def _drawings_per_board(page: Page) -> float:
    """How often the board is drawn in a second, in which there is one board."""
    wait_for(page, "since => window.boardDrawings > since + 2", page.evaluate("window.boardDrawings"))
    started_at = page.evaluate("[window.boardDrawings, performance.now()]")
    page.wait_for_timeout(3_000)
    drawings, now = page.evaluate("[window.boardDrawings, performance.now()]")
    return float(1_000 * (drawings - started_at[0]) / (now - started_at[1]))
