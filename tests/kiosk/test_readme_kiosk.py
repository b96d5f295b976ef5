"""The operator's handbook matches the program: its command, its options, its settings, its unit file."""

from __future__ import annotations

import argparse
import configparser
import re
import shlex
import tomllib
from pathlib import Path

import tetris_arcade.kiosk
from tetris_arcade.cli import make_parser
from tetris_arcade.commands.kiosk import COMMAND
from tetris_arcade.config.plain_data import from_plain
from tetris_arcade.config.settings import PUBLISHED_PIN, KioskSettings
from tetris_arcade.kiosk.supervisor import SupervisorTimeouts

README = Path(tetris_arcade.kiosk.__file__).with_name("README.md")


def _block(marker: str) -> str:
    """The indented block of the handbook with a line that starts with `marker`."""
    blocks = re.findall(r"(?:^(?: {4}.*)?\n)+", README.read_text(encoding="utf-8"), re.MULTILINE)
    (found,) = [block for block in blocks if f"    {marker}" in block]
    return "\n".join(line[4:] for line in found.splitlines()).strip()


def _parse(command: str) -> argparse.Namespace:
    python, *arguments = shlex.split(command)
    assert python.endswith("python")
    assert arguments[:3] == ["-m", "tetris_arcade", "kiosk"]
    return make_parser().parse_args(arguments[2:])


def test_command_is_accepted() -> None:
    options = _parse(_block("python -m tetris_arcade"))
    assert (options.playlist, options.idle, options.rotate) == (("champion", "bcts"), 60.0, 90.0)


def test_unit_file_starts_a_notifying_kiosk() -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(_block("[Service]"))
    service = unit["Service"]
    assert service["Type"] == "notify"
    assert service["Restart"] == "always"
    assert _parse(service["ExecStart"]).train
    # systemd must wait longer than the supervisor does.
    assert int(service["TimeoutStopSec"]) > SupervisorTimeouts().stop


def test_settings_example_is_complete_and_valid() -> None:
    table = tomllib.loads(_block("[kiosk]"))["kiosk"]
    assert from_plain(KioskSettings, table).pin not in (None, PUBLISHED_PIN)
    assert set(table) == set(KioskSettings.__dataclass_fields__)


def test_every_option_and_setting_is_listed() -> None:
    table = [line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    parser = argparse.ArgumentParser(add_help=False)
    COMMAND.add_arguments(parser)
    options = [action for action in parser._actions if action.help != argparse.SUPPRESS]
    assert len(options) == 7
    for name in [f"`{action.option_strings[0]}" for action in options]:
        assert sum(name in line for line in table) == 1
    for name in [f"`{setting}`" for setting in KioskSettings.__dataclass_fields__]:
        assert sum(name in line for line in table) == 1
