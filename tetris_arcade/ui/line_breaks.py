"""Where a line of text may be broken: at spaces, and between the characters of scripts that write none."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_CACHE_SIZE = 500
_WIDE = ("W", "F")
_NEVER_FIRST = frozenset("、。，．・：；？！ゝゞ々ー―…‥）］｝」』〉》】’”)]}!?,.:;%~～")
_NEVER_FIRST |= frozenset("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ")
"""Characters that no line starts with: punctuation, closing brackets, small kana and marks of length."""
_NEVER_LAST = frozenset("（［｛「『〈《【‘“([{")
"""Opening brackets, which no line ends with."""


@lru_cache(_CACHE_SIZE)
def split_at_breaks(text: str) -> tuple[tuple[str, str], ...]:
    """(what is before it on the same line, part) of each part of a text that is not broken.

    What is before a part is a space, which a line break replaces, or nothing.
    """
    parts: list[tuple[str, str]] = []
    for number, word in enumerate(text.split(" ")):
        gap = " " if number else ""
        for part in _split_word(word):
            parts.append((gap, part))
            gap = ""
    return tuple(parts)


def _split_word(word: str) -> list[str]:
    if word.isascii():
        return [word]
    parts = [""]
    for char in word:
        if parts[-1] and _may_break(parts[-1][-1], char):
            parts.append("")
        parts[-1] += char
    return parts


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters that follow each other without a space."""
    if before in _NEVER_LAST or after in _NEVER_FIRST:
        return False
    return _is_wide(before) or _is_wide(after)


def _is_wide(char: str) -> bool:
    """Whether a character is of a script without spaces, such as kana and Chinese characters."""
    return unicodedata.east_asian_width(char) in _WIDE and unicodedata.category(char) == "Lo"
