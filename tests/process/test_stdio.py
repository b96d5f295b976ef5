"""Closed terminals, readers that have gone and full disks at the other end of what the program says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "tetris_arcade"]
TRAIN = [*COMMAND, "train", "--steps", "600", "--height", "10", "--json", "--data-dir"]
LIST = [*COMMAND, "models", "list", "--json", "--data-dir"]


def _gone() -> int:
    """A pipe's writing end whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def test_a_training_outlives_whoever_reads_what_it_says(tmp_path: Path) -> None:
    done = subprocess.run(
        [*TRAIN, tmp_path], stdout=subprocess.PIPE, stderr=_gone(), check=False, timeout=120
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["timesteps"] >= 600
    assert (tmp_path / "checkpoints" / "latest" / "metadata.json").exists()


def test_a_training_without_standard_streams_keeps_them_out_of_its_files(tmp_path: Path) -> None:
    def close_all() -> None:
        os.closerange(0, 3)

    command = [*TRAIN, tmp_path]
    done = subprocess.run(command, preexec_fn=close_all, check=False, timeout=120)
    assert done.returncode == 0
    answer = subprocess.run([*LIST, tmp_path], stdout=subprocess.PIPE, check=True, timeout=60).stdout
    assert {"latest", "final"} <= {
        model["name"] for model in json.loads(answer)["models"] if not model["error"]
    }


def test_without_standard_error_the_answer_is_alone_on_standard_output(tmp_path: Path) -> None:
    command = [*TRAIN, tmp_path]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: os.close(2),
        check=True,
        timeout=120,
    )
    assert json.loads(done.stdout)["timesteps"] >= 600


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no disk that is always full")
def test_an_answer_that_cannot_be_written_is_a_failure_in_one_sentence(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*LIST, tmp_path], stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "could not be written" in done.stderr


def test_who_reads_no_more_is_told_nothing_more(tmp_path: Path) -> None:
    done = subprocess.run([*LIST, tmp_path], stdout=_gone(), stderr=subprocess.PIPE, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_name_that_the_terminal_has_no_signs_for_is_shown_all_the_same(tmp_path: Path) -> None:
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [*COMMAND, "evaluate", "caf\N{LATIN SMALL LETTER E WITH ACUTE}", "--data-dir", tmp_path]
    done = subprocess.run(command, env=ascii_only, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith("tetris_arcade: there is no slot")


def _ended(script: str, data: Path) -> tuple[int, bytes]:
    """How a script that lists the models ended, and what it wrote to standard error."""
    command = [sys.executable, "-c", script, "models", "list", "--data-dir", data]
    done = subprocess.run(command, stderr=subprocess.PIPE, check=False, timeout=60)
    return done.returncode, done.stderr


@pytest.mark.parametrize("module", ["tetris_arcade.process.stdio", "tetris_arcade.cli", "numpy", "pathlib"])
def test_ctrl_c_while_the_program_is_being_imported_is_quiet(module: str, tmp_path: Path) -> None:
    # A module that is to be imported sends the signal, as it comes, and spoils what it makes of it.
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.abc, os, signal, sys\n"
        "class Striking(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r} and 'tetris_arcade' in sys.modules:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        f"sys.modules.pop({module!r}, None)\n"
        "sys.meta_path.insert(0, Striking())\n"
    )
    here = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    command = [*LIST, tmp_path]
    environment = {**os.environ, "PYTHONPATH": here}
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_ctrl_c_that_an_import_makes_an_error_of_is_quiet(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "import tetris_arcade.commands.models as models\n"
        "def spoilt(*_):\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    except KeyboardInterrupt:\n"
        "        raise ImportError('an extension could not be loaded')\n"
        "models.run_models = spoilt\n"
        "from tetris_arcade.cli import main\n"
        "sys.exit(main())\n"
    )
    assert _ended(script, tmp_path) == (130, b"")


def test_ctrl_c_that_falls_into_a_callback_comes_again(tmp_path: Path) -> None:
    script = (
        "import ctypes, os, signal, sys, time\n"
        "import tetris_arcade.commands.models as models\n"
        "@ctypes.CFUNCTYPE(None)\n"
        "def called_back():\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "def compiling(*_):\n"
        "    called_back()\n"
        "    time.sleep(50)\n"
        "models.run_models = compiling\n"
        "from tetris_arcade.cli import main\n"
        "sys.exit(main())\n"
    )
    assert _ended(script, tmp_path) == (130, b"")


def test_ctrl_c_that_comes_while_the_program_is_loaded_is_quiet(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "class Spoilt:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'numpy':\n"
        "            try:\n"
        "                os.kill(os.getpid(), signal.SIGINT)\n"
        "            except KeyboardInterrupt:\n"
        "                raise ImportError('an extension could not be loaded')\n"
        "sys.meta_path.insert(0, Spoilt())\n"
        "from tetris_arcade.__main__ import run\n"
        "sys.exit(run())\n"
    )
    assert _ended(script, tmp_path) == (130, b"")
