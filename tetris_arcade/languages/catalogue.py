"""The catalogue of the language that is spoken now: one for the whole process, as in gettext."""

from __future__ import annotations

import gettext
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tetris_arcade.languages.language import ENGLISH, LANGUAGES, Language

logger = logging.getLogger(__name__)

CATALOGUES = Path(__file__).parent / "catalogues"
"""For each language but English its texts (.po) and the same compiled (.mo)."""


class _Spoken:
    """What is spoken now."""

    language = ENGLISH
    translations = gettext.NullTranslations()


def set_language(code: str) -> None:
    """Speak a language from now on; English instead of one that is unknown or whose catalogue is lost."""
    language = LANGUAGES.get(code, ENGLISH)
    set_translations(_load(language), language)


def set_translations(translations: gettext.NullTranslations, language: Language) -> None:
    """Take texts from a catalogue that is open, such as a pseudo-language."""
    _Spoken.language, _Spoken.translations = language, translations


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language for a moment, where several people are served at once."""
    before = _Spoken.language, _Spoken.translations
    set_language(code)
    try:
        yield
    finally:
        _Spoken.language, _Spoken.translations = before


def get_language() -> Language:
    """The language that is spoken now."""
    return _Spoken.language


@cache
def _load(language: Language) -> gettext.NullTranslations:
    if language is ENGLISH:
        return gettext.NullTranslations()
    try:
        with (CATALOGUES / f"{language.code}.mo").open("rb") as file:
            return gettext.GNUTranslations(file)
    except (OSError, ValueError) as error:  # ValueError: of a damaged file, such as UnicodeDecodeError
        logger.warning("texts stay English: %s", error)
        return gettext.NullTranslations()


def _(text: str) -> str:
    """The text in the language that is spoken now; itself if it has no translation."""
    return _Spoken.translations.gettext(text) if text else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of a text for a count."""
    return _Spoken.translations.ngettext(singular, plural, count)


def pgettext(context: str, text: str) -> str:
    """The translation of a text whose meaning depends on where it stands."""
    return _Spoken.translations.pgettext(context, text)


def N_(text: str) -> str:  # noqa: N802 - gettext's name
    """Mark a text that `_` translates later, where it is shown; returns it unchanged."""
    return text
