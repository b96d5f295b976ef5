"""Strict TOML: files that would keep the parser busy for minutes are refused before parsing."""

from __future__ import annotations

import tomllib
from typing import Any

from tetris_arcade.config.plain_data import DataValidationError

MAX_TOML_BYTES = 64 * 1024
MAX_DOTS = 40
"""Maximum number of dots in a line's names; parsing time grows with the square of a dotted name's parts."""


def parse_toml(content: bytes) -> dict[str, Any]:
    """Parse a TOML file; raises ValueError with the reason if it is invalid. The caller limits the size."""
    # utf-8-sig: editors on Windows write a byte order mark.
    text = content.decode("utf-8-sig")
    if any(_has_deep_name(line) for line in text.split("\n")):
        raise DataValidationError("it is nested too deeply")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise DataValidationError("it is nested too deeply") from None


def _has_deep_name(line: str) -> bool:
    """Whether a name may be deep: before the first `=`, or anywhere if braces or quotes may hide names."""
    name = line.partition("=")[0]
    is_plain = "{" not in line and '"' not in name and "'" not in name
    return (name if is_plain else line).count(".") > MAX_DOTS
