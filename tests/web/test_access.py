"""Pauses after wrong tokens, and texts without the machine's paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.web.access import WrongTokens
from tetris_arcade.web.public_text import PublicText


def test_pauses_grow_and_end() -> None:
    now = 0.0
    tokens = WrongTokens(lambda: now)
    pauses = []
    for _ in range(12):
        tokens.add("a")
        pauses.append(tokens.wait_seconds("a"))
    assert pauses[:4] == [0.5, 1.0, 2.0, 4.0]
    assert pauses[-1] == pauses[-2] == 60.0
    assert tokens.wait_seconds("b") == 0.0
    now = 61.0
    assert tokens.wait_seconds("a") == 0.0
    tokens.add("a")
    assert tokens.wait_seconds("a") == 60.0
    tokens.forgive("a")
    assert tokens.wait_seconds("a") == 0.0


def test_addresses_that_are_remembered_are_bounded() -> None:
    tokens = WrongTokens(lambda: 0.0)
    for number in range(5_000):
        tokens.add(str(number))
    assert len(tokens._failures) <= 1_000
    assert tokens.wait_seconds("4999") > 0.0


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("/srv/data/checkpoints/latest is damaged", "checkpoints/latest is damaged"),
        ("another program uses /srv/data: close it", "another program uses the data folder: close it"),
        ("No module in '/usr/lib/python3/x.py', line 3", "No module in 'x.py', line 3"),
        ("~/models/a.zip", "a.zip"),
        (r"C:\Users\me\a.zip is damaged", "a.zip is damaged"),
        (
            "12 lines/game, 3/4 done, https://example.org/a/b",
            "12 lines/game, 3/4 done, https://example.org/a/b",
        ),
    ],
)
def test_paths_are_left_out(text: str, public: str) -> None:
    assert PublicText(DataPaths(Path("/srv/data")))(text) == public
