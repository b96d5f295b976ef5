"""Closed standard streams, pipes without a reader, full disks, and Ctrl-C at any moment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

COMMAND = [sys.executable, "-m", "tetris_arcade"]
TRAIN = [*COMMAND, "train", "--steps", "600", "--height", "10", "--json", "--data-dir"]
LIST = [*COMMAND, "models", "list", "--json", "--data-dir"]


def _pipe_without_reader() -> int:
    """The writing end of a pipe whose reading end is closed."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def test_training_survives_closed_stderr_pipe(tmp_path: Path) -> None:
    done = subprocess.run(
        [*TRAIN, tmp_path], stdout=subprocess.PIPE, stderr=_pipe_without_reader(), check=False, timeout=120
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["timesteps"] >= 600
    assert (tmp_path / "checkpoints" / "latest" / "metadata.json").exists()


def test_closed_stdio_leaves_checkpoints_intact(tmp_path: Path) -> None:
    def close_all() -> None:
        os.closerange(0, 3)

    command = [*TRAIN, tmp_path]
    done = subprocess.run(command, preexec_fn=close_all, check=False, timeout=120)
    assert done.returncode == 0
    listed = subprocess.run([*LIST, tmp_path], stdout=subprocess.PIPE, check=True, timeout=60).stdout
    assert {"latest", "final"} <= {
        model["name"] for model in json.loads(listed)["models"] if not model["error"]
    }


def test_closed_stderr_keeps_stdout_json(tmp_path: Path) -> None:
    done = subprocess.run(
        [*LIST, tmp_path], stdout=subprocess.PIPE, preexec_fn=lambda: os.close(2), check=True, timeout=120
    )
    assert json.loads(done.stdout)["models"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this platform")
def test_unwritable_output_fails_with_one_line(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*LIST, tmp_path], stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "could not be written" in done.stderr


def test_closed_pipe_needs_no_message(tmp_path: Path) -> None:
    command = [*LIST, tmp_path]
    done = subprocess.run(
        command, stdout=_pipe_without_reader(), stderr=subprocess.PIPE, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (1, b"")


def test_unencodable_name_is_escaped(tmp_path: Path) -> None:
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [*COMMAND, "evaluate", "caf\N{LATIN SMALL LETTER E WITH ACUTE}", "--data-dir", tmp_path]
    done = subprocess.run(command, env=ascii_only, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith("tetris_arcade: there is no slot")


@pytest.mark.parametrize("module", ["tetris_arcade.process.stdio", "tetris_arcade.cli", "numpy", "pathlib"])
def test_ctrl_c_during_import_is_quiet(module: str, tmp_path: Path) -> None:
    # The import of `module` sends the signal.
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.abc, os, signal, sys\n"
        "class Interrupter(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r} and 'tetris_arcade' in sys.modules:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        f"sys.modules.pop({module!r}, None)\n"
        "sys.meta_path.insert(0, Interrupter())\n"
    )
    here = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    command = [*LIST, tmp_path]
    environment = {**os.environ, "PYTHONPATH": here}
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def _run_interrupted(action: str, data: Path) -> tuple[int, bytes]:
    """The exit code and standard error of `models list` whose action is the function `action` of a script."""
    script = (
        f"{action}\n"
        "import dataclasses, sys\n"
        "from tetris_arcade import cli\n"
        "cli.SUBCOMMANDS = tuple(dataclasses.replace(command, run=action) for command in cli.SUBCOMMANDS)\n"
        "sys.exit(cli.main())\n"
    )
    command = [sys.executable, "-c", script, "models", "list", "--data-dir", data]
    done = subprocess.run(command, stderr=subprocess.PIPE, check=False, timeout=60)
    return done.returncode, done.stderr


def test_ctrl_c_replaced_by_import_error_is_quiet(tmp_path: Path) -> None:
    action = (
        "import os, signal\n"
        "def action(*_):\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    except KeyboardInterrupt:\n"
        "        raise ImportError('an extension could not be loaded')\n"
    )
    assert _run_interrupted(action, tmp_path) == (130, b"")


def test_ctrl_c_in_c_callback_is_resent(tmp_path: Path) -> None:
    action = (
        "import ctypes, os, signal, time\n"
        "@ctypes.CFUNCTYPE(None)\n"
        "def callback():\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "def action(*_):\n"
        "    callback()\n"
        "    time.sleep(120)\n"
        "    raise RuntimeError('not interrupted')\n"
    )
    assert _run_interrupted(action, tmp_path) == (130, b"")


def test_ctrl_c_while_loading_is_quiet(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "class Interrupter:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'numpy':\n"
        "            try:\n"
        "                os.kill(os.getpid(), signal.SIGINT)\n"
        "            except KeyboardInterrupt:\n"
        "                raise ImportError('an extension could not be loaded')\n"
        "sys.meta_path.insert(0, Interrupter())\n"
        "from tetris_arcade.__main__ import run\n"
        "sys.exit(run())\n"
    )
    command = [sys.executable, "-c", script, "models", "list", "--data-dir", tmp_path]
    done = subprocess.run(command, stderr=subprocess.PIPE, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (130, b"")
