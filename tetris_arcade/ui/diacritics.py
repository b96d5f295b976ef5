"""Latin letters with a mark, made of the pixel font's letters: at twice the font's resolution."""

from __future__ import annotations

import unicodedata

import numpy as np
from numpy.typing import NDArray

_BELOW_TOP = 4
"""The first row of small letters; marks are above it."""
_SQUEEZED_TOP = 3
"""The first row of tall letters below a mark."""
_BASELINE = 14
_ABOVE = {
    "\u0300": (".##....", "..##...", "...##.."),
    "\u0301": ("....##.", "...##..", "..##..."),
    "\u0302": ("..###..", ".##.##.", "##...##"),
    "\u0303": (".......", ".###.##", "##.###."),
    "\u0304": (".......", ".######", ".######"),
    "\u0306": ("##...##", ".##.##.", "..###.."),
    "\u0307": (".......", "..##...", "..##..."),
    "\u0308": (".......", "##..##.", "##..##."),
    "\u030a": ("..###..", "..#.#..", "..###.."),
    "\u030b": ("..##.##", ".##.##.", "##.##.."),
    "\u030c": ("##...##", ".##.##.", "..###.."),
}
_BELOW = {
    "\u0323": ("..##...", "..##..."),
    "\u0326": ("...##..", "..##..."),
    "\u0327": ("...##..", ".###..."),
    "\u0328": ("..##...", "..####."),
}
_DOTTED = "ij"


def split_letter(char: str) -> tuple[str, str]:
    """The letter and the mark of a character, both empty if it is not an ASCII letter with a known mark."""
    parts = unicodedata.normalize("NFD", char)
    is_known = len(parts) == 2 and parts[0].isascii() and (parts[1] in _ABOVE or parts[1] in _BELOW)
    return (parts[0], parts[1]) if is_known else ("", "")


def compose(letter: str, pixels: NDArray[np.bool_], mark: str) -> NDArray[np.bool_]:
    """Put a mark on a letter, whose (16, 16) pixels are given."""
    composed = pixels.copy()
    if mark in _BELOW:
        _stamp(composed, _BELOW[mark], _BASELINE)
        return composed
    if letter in _DOTTED:
        composed[:_BELOW_TOP] = False
    is_tall = bool(composed[:_BELOW_TOP].any())
    if is_tall:
        _squeeze(composed)
    rows = _ABOVE[mark]
    _stamp(composed, rows[1:] if is_tall and "#" not in rows[0] else rows, 0)
    return composed


def _squeeze(pixels: NDArray[np.bool_]) -> None:
    """Leave room above a tall letter."""
    rows = np.linspace(0, _BASELINE - 1, _BASELINE - _SQUEEZED_TOP).round().astype(int)
    pixels[_SQUEEZED_TOP:_BASELINE] = pixels[rows].copy()
    pixels[:_SQUEEZED_TOP] = False


def _stamp(pixels: NDArray[np.bool_], rows: tuple[str, ...], top: int) -> None:
    mark = np.array([[char == "#" for char in row] for row in rows])
    cols = np.flatnonzero(pixels.any(axis=0))
    left = max((int(cols[0]) + int(cols[-1]) + 1 - mark.shape[1] + 1) // 2, 0)
    pixels[top : top + mark.shape[0], left : left + mark.shape[1]] |= mark
