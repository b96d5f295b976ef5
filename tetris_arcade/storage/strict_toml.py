"""TOML of strangers' length: what would keep the reader busy for minutes is refused before it is read."""

from __future__ import annotations

import tomllib
from typing import Any

from tetris_arcade.config.plain_data import DataValidationError

MAX_TOML_BYTES = 64 * 1024
MAX_DOTS = 40
"""Of a line's names. The reader's time grows with the square of a dotted name's parts."""


def parse_toml(content: bytes) -> dict[str, Any]:
    """The tables of a TOML file; ValueError, which says why, for anything else. The caller caps the size."""
    # utf-8-sig: editors on Windows put a byte order mark in front.
    text = content.decode("utf-8-sig")
    if any(_has_deep_name(line) for line in text.split("\n")):
        raise DataValidationError("it is nested too deeply")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise DataValidationError("it is nested too deeply") from None


def _has_deep_name(line: str) -> bool:
    """Whether there may be one: in front of the first `=`, or anywhere where braces or quotes hide others."""
    name = line.partition("=")[0]
    is_plain = "{" not in line and '"' not in name and "'" not in name
    return (name if is_plain else line).count(".") > MAX_DOTS
