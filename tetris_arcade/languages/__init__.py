"""The language of the texts that people see. The README beside this file is for translators.

`_("text")` translates, `N_("text")` marks a text of a table, which `_(text)` translates where it is shown.
"""

from tetris_arcade.languages.catalogue import (
    N_,
    _,
    get_language,
    ngettext,
    pgettext,
    set_language,
    set_translations,
    speaking,
)
from tetris_arcade.languages.language import ENGLISH, LANGUAGES, Language
from tetris_arcade.languages.numbers import capitalized, format_number

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "N_",
    "Language",
    "_",
    "capitalized",
    "format_number",
    "get_language",
    "ngettext",
    "pgettext",
    "set_language",
    "set_translations",
    "speaking",
]
