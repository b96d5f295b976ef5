"""A pseudo-language: accented and longer English, which shows texts that were forgotten or do not fit."""

from __future__ import annotations

import gettext
import re
import string

from tetris_arcade.languages import Language

PSEUDO = Language("xx", "Þšéúðô", decimal="·", group="'")
_LETTERS = "äḅčḍéḟğħíĵķĺṃñóþɋřšťúṽŵẋýž"
_ACCENTED = str.maketrans(string.ascii_letters, _LETTERS + _LETTERS.upper())
_VOWELS = re.compile("[äéíóúÄÉÍÓÚ]")


class PseudoTranslations(gettext.NullTranslations):
    """Every letter of a text is another one; with `is_long`, vowels are doubled, a third more letters."""

    def __init__(self, *, is_long: bool = True) -> None:
        super().__init__()
        self._is_long = is_long

    def gettext(self, message: str) -> str:
        parts = []
        for literal, field, _, _ in string.Formatter().parse(message):
            translated = literal.translate(_ACCENTED)
            parts.append(_VOWELS.sub(r"\g<0>\g<0>", translated) if self._is_long else translated)
            parts.append("" if field is None else "{" + field + "}")
        return "".join(parts)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)
