"""The README of the soak lists every field that it reports, and its commands are accepted."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import tetris_arcade.soak
from tetris_arcade.cli import _parser
from tetris_arcade.config.paths import DataPaths
from tetris_arcade.soak.run import Soak

README = Path(tetris_arcade.soak.__file__).with_name("README.md").read_text(encoding="utf-8")


def test_every_field_is_listed(tmp_path: Path) -> None:
    rows = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `")]
    listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    reported = {
        "minutes",
        "video_driver",
        "rounds",
        "timesteps",
        *Soak(1.0, DataPaths(tmp_path), 0)._report(),
    }
    assert sorted(listed) == sorted(reported)


def test_commands_are_accepted() -> None:
    commands = re.findall(r"^    python -m tetris_arcade (.*)$", README, re.MULTILINE)
    assert commands
    for command in commands:
        assert _parser().parse_args(shlex.split(command)).minutes == 60.0
