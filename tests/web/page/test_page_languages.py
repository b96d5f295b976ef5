"""The page in every language: its texts and numbers, none of them forgotten, or cut on any screen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.languages.pseudo_language import PseudoTranslations
from tests.page_texts import STATIC
from tests.update_catalogues import TRANSLATED
from tests.web.staged_host import OPERATOR, Site, wait_until
from tetris_arcade.languages import speaking
from tetris_arcade.narrator.facts import Facts
from tetris_arcade.narrator.narrator import Sentence
from tetris_arcade.narrator.rules import RULES
from tetris_arcade.worker.shared.messages import EpisodeEnded, PlayTask, WorkerState

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
pytest.importorskip("websockets", reason="the extra web is not installed")

pytestmark = pytest.mark.system


_NAMES = {
    *(
        "TETRIS",
        "ARCADE",
        "At",
        "work",
        "It",
        "has",
        "ended",
        "dt",
        "champion",
        "stacker",
        "bcts",
        "dellacherie",
        "dt10",
        "dt20",
        "random",
    ),
    *("Tetris", "Arcade", "English", "Deutsch", "Fran", "ais", "Espa", "ol"),
}
"""Words that are the same in all languages, and those of the host. The server translates the narration."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_WIDTHS = (320, 390, 768, 1280)
_TEXTS = """() => {
    const isShown = (each) => each.checkVisibility() && !each.closest("script, style, noscript, #narration");
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode())
        if (isShown(walker.currentNode.parentElement)) texts.push(walker.currentNode.data);
    for (const name of ["aria-label", "aria-valuetext", "placeholder", "title"])
        for (const each of document.body.querySelectorAll(`[${name}]`)) texts.push(each.getAttribute(name));
    return texts;
}"""
_CUT_TEXTS = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const cut = [];
    const isCut = (text, holder) => {
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const { left, right, width } of range.getClientRects()) {
            for (let each = holder; each && width; each = each.parentElement) {
                const box = each.getBoundingClientRect();
                const isClipping = getComputedStyle(each).overflowX !== "visible";
                const clips = each === holder || each.tagName === "BUTTON" || isClipping;
                if (clips && (right > box.right + 1.5 || left < box.left - 1.5)) return true;
            }
        }
        return false;
    };
    while (walker.nextNode()) {
        const text = walker.currentNode;
        const holder = text.parentElement;
        const isClipped = getComputedStyle(holder).clipPath !== "none"; // as .unseen, for screen readers only
        const isSeen = holder.checkVisibility() && !isClipped && !holder.closest(".unseen, .skip, option");
        if (isSeen && text.data.trim() && isCut(text, holder)) cut.push(text.data.trim());
    }
    if (document.documentElement.scrollWidth > innerWidth) cut.push("the page is wider than its window");
    return cut;
}"""


@contextmanager
def _open(
    browser: Browser, site: Site, locale: str, serve_german: Callable[[Route], None] | None = None
) -> Iterator[Page]:
    """A page; `serve_german` answers instead of the server when the page asks for its German texts."""
    page = browser.new_context(locale=locale).new_page()
    if serve_german is not None:
        page.route("**/static/languages/de.json", serve_german)
    page.goto(f"http://{site.address}/?token={OPERATOR}")
    page.wait_for_selector("#connection[data-state=connected]")
    yield page
    page.context.close()


def _text(code: str, english: str) -> str:
    return str(json.loads((STATIC / "languages" / f"{code}.json").read_text("utf-8"))[english])


def _expect(page: Page, selector: str) -> Any:
    from playwright.sync_api import expect

    return expect(page.locator(selector))


@pytest.mark.parametrize(
    ("locale", "code", "moves"),
    [
        ("en-GB", "en", "12,345"),
        ("de-AT", "de", "12.345"),
        ("fr-FR", "fr", "12\u202f345"),
        ("es-MX", "es", "12.345"),
        ("ja-JP", "ja", "12,345"),
        ("nl-NL", "en", "12,345"),
    ],
)
def test_page_speaks_the_browsers_language(
    browser: Browser, site: Site, locale: str, code: str, moves: str
) -> None:
    site.host.start()
    site.host.show(1, timesteps=12_345, epsilon=0.7)
    site.host.plot(3)
    wait_until(lambda: site.state()["series"]["lines"]["timesteps"])
    site.host.show(2, timesteps=12_345, epsilon=0.7)
    with _open(browser, site, locale) as page:
        assert page.evaluate("document.documentElement.lang") == code
        assert page.input_value("#language") == code
        _expect(page, "#figures dd >> nth=0").to_have_text(moves)
        for selector, english in (("#start", "Start…"), ("#operator legend", "What an operator may change")):
            _expect(page, selector).to_have_text(english if code == "en" else _text(code, english))
        _expect(page, "#narration").to_be_visible()
        assert page.locator("#narration").inner_text() in _guesses(code)


def _guesses(code: str) -> set[str]:
    """What the narrator says of a training that moves at random, in a language."""
    facts = Facts(moves=12_345, exploration_rate=0.7)
    with speaking(code):
        return {Sentence(rule, facts).text("visitor") for rule in RULES if rule.read(facts) is not None}


def test_chosen_language_is_remembered(browser: Browser, site: Site) -> None:
    with _open(browser, site, "en-GB") as page:
        page.select_option("#language", "ja")
        _expect(page, "#models-head").to_have_text(_text("ja", "Leaderboard"))
        page.reload()
        _expect(page, "#models-head").to_have_text(_text("ja", "Leaderboard"))
        assert page.evaluate("document.documentElement.lang") == "ja"
        page.select_option("#language", "en")
        _expect(page, "#models-head").to_have_text("Leaderboard")


def test_page_whose_texts_are_missing_is_english(browser: Browser, site: Site) -> None:
    with _open(browser, site, "de-DE", lambda route: route.abort()) as page:
        _expect(page, "#connection").to_have_text("Connected")
        assert page.evaluate("document.documentElement.lang") == "en"


def _serve_pseudo(route: Route) -> None:
    """A pseudo-language, whose texts are a third longer."""
    pseudo = PseudoTranslations()
    texts = json.loads((STATIC / "languages" / "de.json").read_text("utf-8"))
    translated = {english: (pseudo.gettext(english), forms) for english, forms in texts.items()}
    route.fulfill(
        json={
            english: [text] * len(forms) if isinstance(forms, list) else text
            for english, (text, forms) in translated.items()
        }
    )


def _screens(page: Page, site: Site) -> Iterator[str]:
    """Bring the page into its states, one after the other."""
    host = site.host
    host.rest()
    host.change(message="")
    yield "stopped"
    page.click("#start")
    page.click("#start-dialog summary")
    yield "start"
    page.keyboard.press("Escape")
    page.click("#open-help")
    yield "help"
    page.keyboard.press("Escape")
    page.click("#models button[id='export:champion']")
    yield "export"
    page.keyboard.press("Escape")
    page.click("#save-form button")
    yield "refused"
    host.start()
    host.show(1, timesteps=12_345_678, episodes=1_234, loss=0.1234, mean_lines_100=1234.5, epsilon=0.5)
    site.report(EpisodeEnded(7, 1.0, 12_345, 123_456, 12_345_678, 7_000))
    page.wait_for_selector("#state[data-tone=good]")
    page.wait_for_selector("#games li")
    page.check("#values")
    yield "training"
    page.click("#tab-board")
    host.change(state=WorkerState.PAUSED)
    page.wait_for_selector("#state[data-tone=warning]")
    yield "paused"
    host.rest()
    host.start("player", PlayTask(("champion",)))
    host.show(1, "player")
    page.wait_for_selector("#models tr.playing")
    yield "demo"


def _cut_texts(page: Page) -> dict[int, list[str]]:
    """The texts that are cut or leave their place, by the width of the page."""
    cut = {}
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        if texts := page.evaluate(_CUT_TEXTS):
            cut[width] = texts
    return cut


def test_no_text_is_forgotten_or_cut(browser: Browser, site: Site) -> None:
    forgotten, cut = {}, {}
    with _open(browser, site, "de-DE", _serve_pseudo) as page:
        for screen in _screens(page, site):
            if words := {word for text in page.evaluate(_TEXTS) for word in _WORD.findall(text)} - _NAMES:
                forgotten[screen] = words
            if texts := _cut_texts(page):
                cut[screen] = texts
    assert (forgotten, cut) == ({}, {})


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_fit(browser: Browser, site: Site, code: str) -> None:
    cut = {}
    with _open(browser, site, code) as page:
        for screen in _screens(page, site):
            if texts := _cut_texts(page):
                cut[screen] = texts
    assert cut == {}
