"""Glyphs of nearly all scripts, for Japanese and users' names: GNU Unifont, 16 rows of 8 or 16 columns."""

from __future__ import annotations

import logging
import lzma
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.paths import asset

logger = logging.getLogger(__name__)

ROWS = 16


@cache
def find_glyph(char: str) -> NDArray[np.bool_] | None:
    """The (16, 8) or (16, 16) pixels of a character, None if there is no glyph for it.

    Letters are made bold, because those of the game's own font are.
    """
    for codes, glyphs in _load():
        at = int(np.searchsorted(codes, ord(char)))
        if at < codes.size and codes[at] == ord(char):
            pixels = np.unpackbits(glyphs[at].reshape(ROWS, -1), axis=1).astype(np.bool_)
            if pixels.shape[1] < ROWS:
                pixels[:, 1:] |= pixels[:, :-1].copy()
            return pixels
    return None


@cache
def _load() -> list[tuple[NDArray[np.uint32], NDArray[np.uint8]]]:
    """The narrow and the wide glyphs, 16 and 32 bytes each, and their characters in order.

    The file has for both: their number N as uint32, N characters as uint32, N glyphs.
    """
    try:
        content = lzma.decompress(asset("unifont.xz").read_bytes())
    except (OSError, lzma.LZMAError) as error:
        logger.warning("names in other scripts are shown as boxes: %s", error)
        return []
    tables, at = [], 0
    for num_bytes in (ROWS, 2 * ROWS):
        count = int(np.frombuffer(content, "<u4", 1, at)[0])
        codes = np.frombuffer(content, "<u4", count, at + 4)
        glyphs = np.frombuffer(content, np.uint8, count * num_bytes, at + 4 + 4 * count)
        tables.append((codes, glyphs.reshape(count, num_bytes)))
        at += 4 + (4 + num_bytes) * count
    return tables
