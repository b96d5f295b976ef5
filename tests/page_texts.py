"""The texts of the browser's page, for Babel: those in its HTML file, and the files of its languages."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from html.parser import HTMLParser
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog

import tetris_arcade.web

STATIC = Path(tetris_arcade.web.__file__).parent / "static"
_SOURCES = ("tetris_arcade/web/", "tetris_arcade/remote/", "tetris_arcade/commands/train_host.py")
"""Where the texts are that the page shows: its own, and sentences of the server and its host."""
_ATTRIBUTES = ("aria-label", "placeholder", "title")
_VOID = {"br", "input", "link", "meta"}


class _TextParser(HTMLParser):
    """Collects what `translatePage` of language.js translates; `translate="no"` excludes an element."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._open: list[bool] = []
        """Of each open element, whether its texts are translated."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        is_translated = tag == "body" if not self._open else self._open[-1] or tag == "body"
        is_translated = is_translated and attributes.get("translate") != "no"
        if is_translated:
            for name in _ATTRIBUTES:
                self._add(attributes.get(name) or "")
        if tag not in _VOID:
            self._open.append(is_translated)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1]:
            self._add(data)

    def _add(self, text: str) -> None:
        text = text.strip()
        if any(char.isalpha() for char in text):
            self.found.append((self.getpos()[0], text))


def extract_html(
    file: IO[bytes], _keywords: Collection[str], _comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Babel's extractor for the page: (line, function, text, comments)."""
    parser = _TextParser()
    parser.feed(TextIOWrapper(file, "utf-8").read())
    for line, text in parser.found:
        yield line, "_", text, []


def page_texts(catalogue: Catalog) -> dict[str, Any]:
    """By the English text, the translation, or the translations of all forms of a plural."""
    texts = {}
    for message in catalogue:
        if message.id and message.string and any(name.startswith(_SOURCES) for name, _ in message.locations):
            is_plural = isinstance(message.id, tuple)
            texts[message.id[0] if is_plural else message.id] = (
                list(message.string) if is_plural else message.string
            )
    return texts


def write_page_texts(catalogue: Catalog, code: str) -> None:
    """Write the file with which the page speaks a language."""
    folder = STATIC / "languages"
    folder.mkdir(exist_ok=True)
    text = json.dumps(page_texts(catalogue), ensure_ascii=False, indent=0, separators=(",", ":"))
    (folder / f"{code}.json").write_text(f"{text}\n", encoding="utf-8")
