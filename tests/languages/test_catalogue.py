"""Texts, plurals and numbers follow the language, and the stored catalogues are those of the program."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo

from tests.page_texts import STATIC, page_texts
from tests.update_catalogues import CATALOGUES, TRANSLATED, as_tuple, extract, missing, read
from tetris_arcade.config.settings import LanguageCode
from tetris_arcade.languages import LANGUAGES, N_, _, format_number, get_language, ngettext, set_language


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    set_language("en")


def test_settings_offer_every_language() -> None:
    assert LanguageCode.__args__ == tuple(LANGUAGES)  # type: ignore[attr-defined]


def test_a_marked_text_is_translated_when_it_is_shown() -> None:
    marked = N_("Display")
    assert _(marked) == "Display"
    set_language("de")
    assert (marked, _(marked)) == ("Display", "Anzeige")
    assert _("") == ""


def test_an_unknown_language_is_english(caplog: pytest.LogCaptureFixture) -> None:
    set_language("tlh")
    assert get_language().code == "en"
    assert _("Display") == "Display"


def test_a_text_without_translation_stays() -> None:
    set_language("de")
    assert _("nobody translated this") == "nobody translated this"
    assert ngettext("{n} of these", "{n} of those", 2) == "{n} of those"


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", ["1,234.5", "1234", "12,345", "70%", "-3"]),
        ("de", ["1.234,5", "1234", "12.345", "70\u00a0%", "-3"]),
        ("fr", ["1\u202f234,5", "1234", "12\u202f345", "70\u202f%", "-3"]),
        ("es", ["1234,5", "1234", "12.345", "70\u00a0%", "-3"]),
        ("ja", ["1,234.5", "1234", "12,345", "70%", "-3"]),
    ],
)
def test_numbers_are_written_as_in_the_language(code: str, written: list[str]) -> None:
    set_language(code)
    numbers = [(1234.5, ",.1f"), (1234, "d"), (12_345, ","), (0.7, ".0%"), (-3, ",")]
    assert [format_number(number, spec) for number, spec in numbers] == written


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_compiled_catalogue_is_that_of_the_texts(code: str) -> None:
    with (CATALOGUES / f"{code}.mo").open("rb") as file:
        compiled = read_mo(file)
    assert _texts(compiled) == _texts(read(code))


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_page_has_the_texts_of_the_catalogue(code: str) -> None:
    text = (STATIC / "languages" / f"{code}.json").read_text(encoding="utf-8")
    assert json.loads(text) == page_texts(read(code))


def test_every_marked_text_is_in_every_catalogue() -> None:
    marked = {(message.context, as_tuple(message.id)) for message in extract() if message.id}
    for code in TRANSLATED:
        catalogue = read(code)
        translated = {(message.context, as_tuple(message.id)) for message in catalogue if message.id}
        assert marked - translated == set(), "run python -m tests.update_catalogues"
        assert missing(catalogue) == [], code


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_have_the_fields_of_their_texts(code: str) -> None:
    for message in read(code):
        if message.id:
            for translated in as_tuple(message.string):
                assert not translated or _fields(translated) == _fields(as_tuple(message.id)[-1]), message.id


def _texts(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {as_tuple(message.id): as_tuple(message.string) for message in catalogue if message.id}


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
