"""The page's files: their size, that they need no network, and that they repeat the window rightly."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import tetris_arcade.web
from tests.web.page import page_palettes
from tetris_arcade.bench.web import page_files
from tetris_arcade.languages import LANGUAGES

STATIC = Path(tetris_arcade.web.__file__).parent / "static"
OWN_SCRIPTS = sorted(STATIC.glob("*.js"))
_MAX_BYTES = 200_000
_NAMESPACES = ("http://www.w3.org/2000/svg",)
_HTML_SINKS = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")


class _Page(HTMLParser):
    """The elements of a page, as (tag, attributes)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def page() -> _Page:
    return _Page((STATIC / "index.html").read_text())


def test_page_and_scripts_are_small() -> None:
    assert sum(path.stat().st_size for path in page_files()) < _MAX_BYTES


def test_palettes_are_the_windows(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-references"):
        page_palettes.PATH.write_text(page_palettes.palettes_css())
    assert page_palettes.PATH.read_text() == page_palettes.palettes_css()


@pytest.mark.parametrize(
    "path", [*OWN_SCRIPTS, *STATIC.glob("*.css"), *STATIC.glob("*.html")], ids=lambda p: p.name
)
def test_no_file_names_another_host(path: Path) -> None:
    addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"')]*", path.read_text())
    assert [address for address in addresses if address not in _NAMESPACES] == []


@pytest.mark.parametrize("path", OWN_SCRIPTS, ids=lambda p: p.name)
def test_scripts_write_no_html(path: Path) -> None:
    text = path.read_text()
    assert [sink for sink in _HTML_SINKS if sink in text] == []


def test_page_has_no_inline_script_or_style(page: _Page) -> None:
    for tag, attributes in page.elements:
        assert tag != "style"
        assert tag != "script" or attributes.get("src")
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_scripts_find_their_elements(page: _Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for path in OWN_SCRIPTS:
        for name in re.findall(r'byId\("([\w-]+)"\)', path.read_text()):
            assert name in ids, f"{path.name}: {name}"


def test_files_that_the_page_names_exist(page: _Page) -> None:
    named = [
        address
        for _, attributes in page.elements
        for name in ("src", "href")
        if (address := attributes.get(name)) and address.startswith("/static/")
    ]
    assert named
    for address in named:
        assert (STATIC / address.removeprefix("/static/")).is_file(), address


def test_inputs_have_labels(page: _Page) -> None:
    text = (STATIC / "index.html").read_text()
    for tag, attributes in page.elements:
        if tag not in ("input", "select") or attributes.get("type") == "file":
            continue
        if attributes.get("aria-label"):
            continue
        name, label = attributes.get("id"), attributes.get("name")
        inside = rf'<label[^>]*>(?:(?!</label>).)*(?:id="{name}"|name="{label}")'
        assert re.search(inside, text, re.DOTALL) or f'for="{name}"' in text, attributes


def test_page_offers_every_language(page: _Page) -> None:
    options = [attributes for tag, attributes in page.elements if tag == "option" and "lang" in attributes]
    assert [attributes["value"] for attributes in options] == list(LANGUAGES)
    assert {path.stem for path in (STATIC / "languages").iterdir()} == set(LANGUAGES) - {"en"}
