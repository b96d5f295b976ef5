"""The READMEs: their commands parse, their code runs, their links lead somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.import_graph import ROOT
from tetris_arcade.cli import make_parser
from tetris_arcade.commands.train_config import read_config

TOP = ROOT.parent / "README.md"
READMES = [TOP, *sorted(ROOT.rglob("README.md")), ROOT.parent / "assets" / "README.md"]
_COMMAND = re.compile(r"^    (?:\S*python -m tetris_arcade|tetris-arcade) (.*)$", re.MULTILINE)


def code_blocks(path: Path) -> list[str]:
    """The indented Python blocks of a README."""
    blocks = re.findall(r"(?:^    .*\n(?:\s*\n(?=    ))?)+", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [textwrap.dedent(block) for block in blocks if re.search(r"^\s*(from|import) ", block)]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: str(path.relative_to(ROOT.parent)))
def test_commands_parse(readme: Path) -> None:
    for line in _COMMAND.findall(readme.read_text(encoding="utf-8")):
        options = make_parser().parse_args(shlex.split(line.split("   ")[0], comments=True))
        if getattr(options, "config", None):
            read_config(TOP.parent / options.config)


@pytest.mark.parametrize("readme", READMES, ids=lambda path: str(path.relative_to(ROOT.parent)))
def test_links_lead_somewhere(readme: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", readme.read_text(encoding="utf-8")):
        assert (readme.parent / target).exists(), target


def test_top_readme_is_short() -> None:
    assert len(TOP.read_text(encoding="utf-8").splitlines()) < 130


def test_library_example_runs(tmp_path: Path) -> None:
    (example,) = code_blocks(TOP)
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, cwd=ROOT.parent)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) > 900


def test_environment_is_made_by_name() -> None:
    (line,) = re.findall(r"`(gymnasium\.make\(.*?\))`", TOP.read_text(encoding="utf-8"))
    script = f"import gymnasium; print({line}.action_space)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Discrete(40)"
