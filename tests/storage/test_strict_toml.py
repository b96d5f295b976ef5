"""TOML that would keep its reader busy, or that is none."""

from __future__ import annotations

import pytest

from tetris_arcade.config.settings import Settings
from tetris_arcade.storage.settings_file import load_settings
from tetris_arcade.storage.strict_toml import MAX_TOML_BYTES, parse_toml

DEEP = {
    "a name of 30,000 parts": "a" + ".a" * 30_000 + " = 1",
    "one in a table's head": "[a" + ".a" * 30_000 + "]",
    "one between braces": "a = {b" + ".b" * 30_000 + " = 1}",
    "one behind a quoted sign of equality": '"="' + ".a" * 30_000 + " = 1",
    "one of quoted line separators": '"\u2028"' + '."\u2028"' * 8_000 + " = 1",
    "a list in a list in a list": "a = " + "[" * 30_000,
    "a table in a table in a table": "a = " + "{a=" * 15_000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_a_deep_nest_is_refused_before_it_takes_time(text: str) -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_toml(text.encode())


def test_points_in_values_are_no_names() -> None:
    weights = ", ".join(["0.5"] * 100)
    assert parse_toml(f"w = [{weights}]\nt = '{'.' * 300}'".encode())["t"] == "." * 300


def test_a_settings_file_with_an_endless_name_is_put_aside(tmp_path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("a" + ".a" * ((MAX_TOML_BYTES - 6) // 2) + " = 1")
    settings, message = load_settings(path)
    assert settings == Settings()
    assert message is not None
    assert "nested too deeply" in message
    assert path.exists()
