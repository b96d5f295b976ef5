"""Emblems: the name decides them, and nothing else does."""

from __future__ import annotations

from tetris_arcade.ui.widgets.identicon import mosaic

NAMES = ("champion", "stacker", "bcts", "dellacherie", "random", "night-run")


def test_an_emblem_is_mirrored_and_the_same_every_time() -> None:
    for name in NAMES:
        rows = mosaic(name)
        assert rows == mosaic(name)
        assert all(row == row[::-1] for row in rows)
        assert len({value for row in rows for value in row} - {0}) == 2


def test_players_have_different_emblems() -> None:
    assert len({str(mosaic(name)) for name in NAMES}) == len(NAMES)
