"""The README of the soak lists every field that it reports."""

from __future__ import annotations

import re
from pathlib import Path

import tetris_arcade.soak
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
