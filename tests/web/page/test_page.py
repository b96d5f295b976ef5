"""The page in a real browser, with a real server and a real training."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

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
    still_board_pixels,
    stop,
    wait_for_another_board,
    wait_for_moves,
    wait_for_the_same_board,
)
from tetris_arcade.bench.web_pages import open_page, wait_for
from tetris_arcade.bench.web_program import TOKEN

pytestmark = pytest.mark.system


# --- Loading ---


def test_page_loads_from_its_own_server_only(browser: Browser, program: WebProgram) -> None:
    page = browser.new_context().new_page()
    requests, problems = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(program.url())
    expect(page, "#connection").to_have_text("Connected")
    expect(page, "#models tbody").to_contain_text("champion")
    assert page.evaluate("document.fonts.check('16px \"Arcade Pixel\"')")
    assert [url for url in requests if not url.startswith(program.base)] == []
    assert TOKEN not in page.url
    assert problems == []
    page.context.close()


def test_a_page_of_another_version_says_so(browser: Browser, program: WebProgram) -> None:
    page = browser.new_context().new_page()
    page.goto(program.url())
    expect(page, "#connection").to_have_text("Connected")
    page.add_init_script(
        """new MutationObserver(() => {
            const version = document.querySelector("meta[name=version]");
            if (version) version.content = "0.0.1";
        }).observe(document, {childList: true, subtree: true});"""
    )
    page.reload()
    expect(page, "#banner").to_contain_text("The server has another version than this page")
    expect(page, "#operator").to_have_attribute("disabled", "")
    page.context.close()


# --- Training ---


def test_training_is_started_with_the_forms_settings(page: Page) -> None:
    stop(page)
    page.click("#start")
    page.fill("#start-form input[name=seed]", "7")
    page.select_option("#start-form select[name='env.pieces']", "uniform")
    page.click("#start-new")
    expect_state(page, "Training")
    expect(page, "#facts").to_contain_text("seed 7")
    expect(page, "#facts").to_contain_text("random, 20 rows")
    wait_for_moves(page, 100)
    before = board_pixels(page)
    wait_for_another_board(page, before)


def test_a_bad_setting_is_named(page: Page) -> None:
    stop(page)
    page.click("#start")
    page.fill("#start-form input[name='env.height']", "3")
    page.click("#start-new")
    expect(page, "#start-form .answer").to_contain_text("height")
    expect(page, "#start-dialog").to_be_visible()
    page.keyboard.press("Escape")
    expect(page, "#start-dialog").to_be_hidden()
    assert page.locator("#start").is_enabled()


def test_pause_step_and_resume(page: Page) -> None:
    start_training(page)
    page.click("#pause")
    expect_state(page, "Paused")
    expect(page, "#board .strip").to_have_text("Paused")
    expect(page, "#pause").to_have_text("Resume")
    before = board_pixels(page)
    page.click("#step")
    wait_for_another_board(page, before)
    page.click("#pause")
    expect_state(page, "Training")
    wait_for_moves(page, figure(page, "Moves"))


def test_speed_is_the_same_in_all_pages(browser: Browser, program: WebProgram, page: Page) -> None:
    start_training(page)
    other = open_page(browser, program)
    page.locator("#speed").fill("0.1")
    for each in (page, other):
        expect(each, "#speed-text").to_have_text("1/s")
        expect(each, "#figures").to_contain_text("1/s")
    expect(other, "#speed").to_have_value("0.1")
    other.click("#faster")
    expect(page, "#speed-text").to_have_text("2/s")
    page.locator("#speed").fill("1")
    expect(other, "#speed-text").to_have_text("16/s")
    other.context.close()


def test_hidden_boards_are_not_sent(page: Page) -> None:
    start_training(page)
    page.uncheck("#visual")
    expect(page, "#board .notice").to_contain_text("Board hidden")
    before, moves = still_board_pixels(page), figure(page, "Moves")
    wait_for_moves(page, moves)
    assert board_pixels(page) == before
    page.check("#visual")
    expect(page, "#board .notice").to_be_hidden()
    wait_for_another_board(page, before)


def test_a_reload_and_a_second_page_show_the_same(browser: Browser, program: WebProgram, page: Page) -> None:
    start_training(page)
    page.locator("#speed").fill("0.3")
    page.click("#pause")
    expect_state(page, "Paused")
    other = open_page(browser, program)
    page.reload()
    for each in (page, other):
        expect_state(each, "Paused")
        expect(each, "#speed").to_have_value("0.3")
        expect(each, "#visual").to_be_checked()
    wait_for_the_same_board(page, other)
    assert figure(page, "Moves") == figure(other, "Moves")
    assert figure(page, "Games") == figure(other, "Games")
    other.click("#pause")
    expect_state(page, "Training")
    page.locator("#speed").fill("1")
    other.context.close()


def test_graphs_are_drawn(page: Page) -> None:
    start_training(page)
    expect(page, "#charts .uplot").to_have_count(4)
    expect(page, "#charts .plot").to_have_count(4)
    assert "Lines per game: " in str(page.locator("#charts .plot").first.get_attribute("aria-label"))
    page.keyboard.press("g")
    expect(page, "#charts").to_contain_text("Bumpiness")
    page.keyboard.press("g")
    expect(page, "#charts").to_contain_text("Exploration")


def test_page_heals_when_the_server_was_killed(program: WebProgram, page: Page) -> None:
    start_training(page)
    moves = figure(page, "Moves")
    program.server().send_signal(signal.SIGKILL)
    expect(page, "#connection").to_contain_text("No connection")
    expect(page, "#operator").to_have_attribute("disabled", "")
    expect(page, "#connection").to_have_text("Connected")
    wait_for_moves(page, moves)
    expect_state(page, "Training")


# --- Keys, screen readers, phones, motion ---


def test_keys_steer_but_not_while_typing(page: Page) -> None:
    start_training(page)
    page.keyboard.press("p")
    expect_state(page, "Paused")
    page.focus("#save-form input")
    page.keyboard.type("pxv.")
    assert page.input_value("#save-form input") == "pxv."
    expect_state(page, "Paused")
    page.locator("#save-form input").blur()
    page.keyboard.press("p")
    expect_state(page, "Training")
    page.keyboard.press("?")
    expect(page, "#help-dialog").to_be_visible()
    page.uncheck("#shortcuts")
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.wait_for_timeout(0)
    wait_for_moves(page, figure(page, "Moves"))
    expect_state(page, "Training")


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
    start_training(page)
    page.evaluate(
        """() => {
            window.spoken = 0;
            const observer = new MutationObserver((changes) => { window.spoken += changes.length; });
            for (const region of document.querySelectorAll("[role=status], [role=alert]"))
                observer.observe(region, {childList: true, characterData: true, subtree: true});
        }"""
    )
    wait_for_moves(page, figure(page, "Moves") + 1_000)
    assert page.evaluate("window.spoken") <= 3
    page.keyboard.press("p")
    expect(page, "#live").to_contain_text("Paused")


def test_page_fits_every_screen_and_a_phone_shows_board_and_controls_at_once(page: Page) -> None:
    start_training(page)  # with "Trying something", the widest text beside the board, now and then
    expect(page, "#models tbody").to_contain_text("champion")
    for width in (320, 360, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page, "#board .well > canvas").to_be_in_viewport(ratio=1.0)
    expect(page, "#pause").to_be_in_viewport()


def test_reduced_motion_animates_nothing(page: Page) -> None:
    start_training(page)
    page.locator("#speed").fill("0.1")  # one board a second
    expect(page, "#speed-text").to_have_text("1/s")
    drawn = _drawings_per_board(page)
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_function("matchMedia('(prefers-reduced-motion: reduce)').matches")
    assert _drawings_per_board(page) < 5 < drawn
    page.locator("#speed").fill("1")


def _drawings_per_board(page: Page) -> float:
    """How often the board is drawn in a second, in which there is one board."""
    wait_for(page, "since => window.boardDrawings > since + 2", page.evaluate("window.boardDrawings"))
    started_at = page.evaluate("[window.boardDrawings, performance.now()]")
    page.wait_for_timeout(3_000)
    drawings, now = page.evaluate("[window.boardDrawings, performance.now()]")
    return float(1_000 * (drawings - started_at[0]) / (now - started_at[1]))
