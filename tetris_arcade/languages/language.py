"""The languages that the program speaks, and how each writes numbers."""

from __future__ import annotations

from dataclasses import dataclass

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class Language:
    """A language; the conventions for numbers are those of Unicode's CLDR.

    name: in the language itself. group: between groups of three digits. min_grouped_digits: of a number whose
    digits are grouped. percent: before a percent sign, where it has a space. min_letter_pixels: the height of
    letters that can be read.
    """

    code: str
    name: str
    decimal: str = "."
    group: str = ","
    min_grouped_digits: int = 4
    percent: str = ""
    min_letter_pixels: int = 8


ENGLISH = Language("en", "English")
LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (
        ENGLISH,
        Language("de", "Deutsch", decimal=",", group=".", percent=NO_BREAK_SPACE),
        Language("fr", "Français", decimal=",", group=NARROW_SPACE, percent=NARROW_SPACE),
        Language("es", "Español", decimal=",", group=".", min_grouped_digits=5, percent=NO_BREAK_SPACE),
        Language("ja", "日本語", min_letter_pixels=12),
    )
}
"""By code, in the order of the settings."""
