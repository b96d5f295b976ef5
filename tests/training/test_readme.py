"""The README of the learner matches the program: its example, fields and modules."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

import tetris_arcade.training
from tetris_arcade.config.training import TrainConfig

README = Path(tetris_arcade.training.__file__).with_name("README.md")
TEXT = README.read_text(encoding="utf-8")


def test_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TETRIS_ARCADE_HOME", str(tmp_path))
    code = "\n".join(line[4:] for line in TEXT.partition("##")[0].splitlines() if line[:4] == "    ")
    # A minute of training is too long for a test, and after less there may be no best model yet.
    short = code.replace("max_seconds=60", "total_timesteps=1_500").replace('"best"', '"latest"')
    assert short.count("1_500") == short.count('"latest"') == 1
    exec(short, {})
    assert float(capsys.readouterr().out) >= 0.0


def test_every_field_is_described() -> None:
    described = set(re.findall(r"`(\w+)`", "\n".join(line for line in TEXT.splitlines() if line[:1] == "|")))
    assert {field.name for field in dataclasses.fields(TrainConfig)} <= described


def test_every_module_is_described() -> None:
    modules = {path.name for path in README.parent.glob("*.py")} - {"__init__.py"}
    assert modules == set(re.findall(r"`(\w+\.py)`", TEXT.partition("## Modules")[2]))
