"""Numbers as the spoken language writes them."""

from __future__ import annotations

import re

from tetris_arcade.languages.catalogue import get_language

_NUMBER = re.compile(r"(\d[\d,]*)(\.\d+)?(%?)")


def capitalized(text: str) -> str:
    """A phrase as the beginning of a sentence; unlike `str.capitalize`, keeps the capitals in it."""
    return text[:1].upper() + text[1:]


def format_number(value: float, spec: str = ",") -> str:
    """A number with the separators of the spoken language; `spec` is one of Python's `format`."""
    text = format(value, spec)
    language = get_language()

    def write(match: re.Match[str]) -> str:
        digits, decimals, percent = match.groups(default="")
        is_grouped = len(digits.replace(",", "")) >= language.min_grouped_digits
        digits = digits.replace(",", language.group if is_grouped else "")
        return f"{digits}{decimals.replace('.', language.decimal)}{percent and language.percent + percent}"

    return _NUMBER.sub(write, text)
