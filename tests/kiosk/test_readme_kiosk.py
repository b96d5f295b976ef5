"""What the README tells an operator is what there is."""

from __future__ import annotations

import configparser
import shlex
import tomllib
from pathlib import Path

from tetris_arcade.cli import _parser
from tetris_arcade.config.plain_data import from_plain
from tetris_arcade.config.settings import KioskSettings
from tetris_arcade.kiosk.supervisor import SupervisorTimeouts

README = Path(__file__).parent.parent.parent / "README.md"


def _block(marker: str) -> str:
    """The indented block of the README that holds a line."""
    lines = README.read_text(encoding="utf-8").splitlines()
    at = next(index for index, line in enumerate(lines) if line.strip() == marker)
    first, last = at, at
    while lines[first - 1].startswith("    ") or not lines[first - 1]:
        first -= 1
    while lines[last + 1].startswith("    ") or not lines[last + 1]:
        last += 1
    return "\n".join(line[4:] for line in lines[first : last + 1]).strip()


def test_the_unit_file_starts_a_kiosk_that_systemd_waits_for() -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(_block("[Service]"))
    service = unit["Service"]
    assert service["Type"] == "notify"
    assert service["Restart"] == "always"
    python, *arguments = shlex.split(service["ExecStart"])
    assert python.endswith("python")
    assert arguments[:3] == ["-m", "tetris_arcade", "kiosk"]
    options = _parser().parse_args(arguments[2:])
    assert options.train
    # Systemd's patience is longer than the supervisor's own.
    assert int(service["TimeoutStopSec"]) > SupervisorTimeouts().end


def test_the_readme_shows_every_setting_of_the_kiosk_as_the_file_takes_it() -> None:
    table = tomllib.loads(_block("[kiosk]"))["kiosk"]
    shown = from_plain(KioskSettings, table)
    assert shown.pin == KioskSettings().pin
    assert set(table) == set(KioskSettings.__dataclass_fields__)
