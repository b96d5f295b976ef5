"""TOML that would keep the parser busy, and invalid TOML."""

from __future__ import annotations

import pytest

from tetris_arcade.config.settings import Settings
from tetris_arcade.storage.settings_file import load_settings
from tetris_arcade.storage.strict_toml import MAX_TOML_BYTES, parse_toml

DEEP = {
    "a name of 30,000 parts": "a" + ".a" * 30_000 + " = 1",
    "one in a table header": "[a" + ".a" * 30_000 + "]",
    "one in an inline table": "a = {b" + ".b" * 30_000 + " = 1}",
    "one after a quoted equals sign": '"="' + ".a" * 30_000 + " = 1",
    "one of quoted line separators": '"\u2028"' + '."\u2028"' * 8_000 + " = 1",
    "a list in a list in a list": "a = " + "[" * 30_000,
    "a table in a table in a table": "a = " + "{a=" * 15_000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_toml(text.encode())


def test_dots_in_values_are_allowed() -> None:
    weights = ", ".join(["0.5"] * 100)
    assert parse_toml(f"w = [{weights}]\nt = '{'.' * 300}'".encode())["t"] == "." * 300


def test_settings_file_with_endless_name_is_refused(tmp_path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("a" + ".a" * ((MAX_TOML_BYTES - 6) // 2) + " = 1")
    settings, message = load_settings(path)
    assert settings == Settings()
    assert message is not None
    assert "nested too deeply" in message
    assert path.exists()
