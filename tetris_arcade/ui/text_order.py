"""The order and the forms in which the characters of a text are drawn, from left to right.

Enough for names: runs of one direction, Arabic letters that join, marks on the character before them. It is
not the whole Unicode bidirectional algorithm.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import groupby

_CACHE_SIZE = 1_000
_RIGHT_TO_LEFT = ("R", "AL")
_LETTERS = ("L", *_RIGHT_TO_LEFT)
_NUMBERS = ("EN", "AN")
_BRACKET = "bracket"
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_FORMS = (*range(0xFB50, 0xFDFF), *range(0xFE70, 0xFEFD))
"""Arabic letters as they look isolated, at the start, in the middle or at the end of a word."""
_LAM_ALEFS = re.compile("\u0644([\u0622\u0623\u0625\u0627])")
_FIRST_RIGHT_TO_LEFT = "\u0590"


@lru_cache(_CACHE_SIZE)
def is_right_to_left(text: str) -> bool:
    """Whether any character of a text is written from right to left."""
    return any(
        char > _FIRST_RIGHT_TO_LEFT and unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text
    )


@lru_cache(_CACHE_SIZE)
def visual_clusters(text: str) -> tuple[str, ...]:
    """The characters from left to right, each with the marks on it; invisible ones are dropped."""
    is_mixed = is_right_to_left(text)
    clusters: list[str] = []
    for char in _join_letters(text) if is_mixed else text:
        kind = unicodedata.category(char)
        if kind == "Cf" or "\ufe00" <= char <= "\ufe0f":
            continue
        if kind in ("Mn", "Me") and clusters:
            clusters[-1] += char
        else:
            clusters.append(char)
    return tuple(_reorder(clusters)) if is_mixed else tuple(clusters)


def _reorder(clusters: list[str]) -> list[str]:
    kinds = [_kind(cluster) for cluster in clusters]
    is_base_reversed = next(kind != "L" for kind in kinds if kind in _LETTERS)
    directions = _resolve_directions(kinds, is_base_reversed)
    runs = [
        (is_reversed, [cluster for cluster, _ in run])
        for is_reversed, run in groupby(zip(clusters, directions, strict=True), lambda item: item[1])
    ]
    if is_base_reversed:
        runs.reverse()
    return [cluster for is_reversed, run in runs for cluster in (_reverse(run) if is_reversed else run)]


def _kind(cluster: str) -> str:
    return _BRACKET if ord(cluster[0]) in _MIRRORED else unicodedata.bidirectional(cluster[0])


def _resolve_directions(kinds: list[str], base: bool) -> list[bool]:
    """Whether each character belongs to a run from right to left.

    Brackets take the direction of the text, other signs that of the letters around them if these agree.
    """
    letters = [(at, kind != "L") for at, kind in enumerate(kinds) if kind in _LETTERS]

    def resolve(at: int, kind: str) -> bool:
        if kind in _NUMBERS:
            return False
        before = next((is_reversed for place, is_reversed in reversed(letters) if place <= at), base)
        after = next((is_reversed for place, is_reversed in letters if place >= at), base)
        return before if before == after and kind != _BRACKET else base

    return [resolve(at, kind) for at, kind in enumerate(kinds)]


def _reverse(run: list[str]) -> list[str]:
    return [cluster.translate(_MIRRORED) for cluster in reversed(run)]


def _join_letters(text: str) -> str:
    """Replace Arabic letters by their joined forms."""
    forms = _letter_forms()
    chars = list(_LAM_ALEFS.sub(lambda match: forms[match[0]]["isolated"], text))
    bases = [at for at, char in enumerate(chars) if unicodedata.category(char) != "Mn"]
    joined = []
    for number, at in enumerate(bases):
        char = chars[at]
        before = chars[bases[number - 1]] if number else ""
        after = chars[bases[number + 1]] if number + 1 < len(bases) else ""
        joins_before = "initial" in _forms_of(before) and "final" in _forms_of(char)
        joins_after = "initial" in _forms_of(char) and "final" in _forms_of(after)
        joined.append((at, _form_name(joins_before, joins_after)))
    for at, name in joined:
        chars[at] = _forms_of(chars[at]).get(name, chars[at])
    return "".join(chars)


def _form_name(joins_before: bool, joins_after: bool) -> str:
    if joins_before:
        return "medial" if joins_after else "final"
    return "initial" if joins_after else "isolated"


def _forms_of(char: str) -> dict[str, str]:
    return _letter_forms().get(char, {})


@cache
def _letter_forms() -> dict[str, dict[str, str]]:
    """The forms of each Arabic letter, and of the ligatures of two, which are found by either name."""
    forms: dict[str, dict[str, str]] = {}
    for code in _FORMS:
        kind, *letters = unicodedata.decomposition(chr(code)).split()[:3] or [""]
        text = "".join(chr(int(letter, 16)) for letter in letters)
        if kind.startswith("<") and (len(text) == 1 or _LAM_ALEFS.fullmatch(text)):
            forms.setdefault(text, {}).setdefault(kind.strip("<>"), chr(code))
    for text in [text for text in forms if len(text) == 2]:
        forms[forms[text]["isolated"]] = forms[text]
    return forms
