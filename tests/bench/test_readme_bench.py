"""The README of the benchmarks names fields that exist."""

from __future__ import annotations

import re
from pathlib import Path

import tetris_arcade.bench

FOLDER = Path(tetris_arcade.bench.__file__).parent
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_field_is_in_the_sources() -> None:
    fields = [
        name for row in re.findall(r"^\|.*\| (`.*`) \|$", README, re.MULTILINE) for name in row.split(", ")
    ]
    sources = [*FOLDER.glob("*.py"), *(FOLDER.parent / "soak").glob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    assert len(fields) > 20
    for field in fields:
        stem = re.sub(r"^(viewer|trainer|single|classic|afterstate|package)_", "", field.strip("`"))
        assert stem in text, field
