"""Identicons are derived from the name alone."""

from __future__ import annotations

from tetris_arcade.ui.widgets.identicon import mosaic

NAMES = ("champion", "stacker", "bcts", "dellacherie", "random", "night-run")


def test_identicon_is_mirrored_and_deterministic() -> None:
    for name in NAMES:
        rows = mosaic(name)
        assert rows == mosaic(name)
        assert all(row == row[::-1] for row in rows)
        assert len({value for row in rows for value in row} - {0}) == 2


def test_players_have_different_identicons() -> None:
    assert len({str(mosaic(name)) for name in NAMES}) == len(NAMES)
