"""Child interpreters are like their parent, and import nothing from the current folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
REPORT = (
    "import json, sys; print(json.dumps([sys.path, sys.flags.isolated, sys.flags.safe_path, sys._xoptions]))"
)
PARENT = f"""
import subprocess, sys
sys.path.insert(0, {str(ROOT)!r})
from tetris_arcade.process.interpreter import python_command
subprocess.run(python_command({REPORT!r}), check=True)
"""
WORKER = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.worker.counting_task import CountTask
from tests.worker.polling import polled_client
if __name__ == "__main__":
    with polled_client() as poller:
        poller.client.start(CountTask(moves=5))
        poller.until(lambda: poller.timesteps == 5)
    print("counted")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose files would break every interpreter that imports from it."""
    for name in ("token", "socket", "signal", "json", "numpy", "tempfile"):
        (tmp_path / f"{name}.py").write_text(f"raise SystemExit('{name} of the current folder')")
    return tmp_path


def _run(folder: Path, *command: str, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env={**clean, **environment}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(
    "options",
    [
        ["-I"],
        ["-P"],
        ["-E", "-s"],
        ["-P", "-X", "utf8", "-X", "pycache_prefix=cache", "-X", "no_debug_ranges"],
    ],
)
def test_child_has_its_parents_options(options: list[str], folder: Path) -> None:
    (folder / "parent").mkdir()
    (folder / "parent" / "run.py").write_text(PARENT)
    path, is_isolated, is_safe, x_options = json.loads(_run(folder, *options, "parent/run.py"))
    assert str(folder) not in path
    assert "" not in path
    assert is_safe
    assert bool(is_isolated) == ("-I" in options)
    assert x_options == {
        name: value or True
        for name, _, value in (option.partition("=") for option in options if not option.startswith("-"))
    }


@pytest.mark.parametrize("options", [["-I"], ["-E"], ["-P"], []])
def test_worker_imports_nothing_from_the_current_folder(options: list[str], folder: Path) -> None:
    (folder / "parent").mkdir()
    (folder / "parent" / "run.py").write_text(WORKER)
    assert _run(folder, *options, "parent/run.py", NUMBA_CACHE_DIR=os.environ.get("NUMBA_CACHE_DIR", "")) == (
        "counted\n"
    )


def test_module_option_does_not_import_from_the_current_folder(folder: Path) -> None:
    for name in ("signal", "json"):
        (folder / f"{name}.py").unlink()  # `python -m` imports them before any line of this program.
    arguments = ["-m", "tetris_arcade", "models", "list", "--data-dir", str(folder / "data")]
    assert "dellacherie" in _run(folder, *arguments, PYTHONPATH=str(ROOT))


def test_checkout_is_found_from_within(tmp_path: Path) -> None:
    script = "import tetris_arcade; print(tetris_arcade.__file__)"
    code = f"from tetris_arcade.process.interpreter import *; put_stray_folder_last(); {script}"
    assert _run(ROOT, "-S", "-c", code).strip() == str(ROOT / "tetris_arcade" / "__init__.py")
    code = (
        "from tetris_arcade.process.interpreter import *; import subprocess, sys\n"
        f"subprocess.run(python_command({script!r}), cwd='/')"
    )
    assert _run(ROOT, "-c", code).strip() == str(ROOT / "tetris_arcade" / "__init__.py")
