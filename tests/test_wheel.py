"""The package as others install it: built, installed in a fresh environment, run outside the checkout."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tarfile
import time
import venv
import zipfile
from pathlib import Path

import pytest

from tests.import_graph import ROOT
from tetris_arcade import __version__

pytestmark = pytest.mark.wheel
CHECKOUT = ROOT.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel; the wheel is built from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--outdir", str(folder), str(CHECKOUT)]
    subprocess.run(command, check=True, env=_environment(), stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def python(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment into which the wheel was installed."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    found = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    (wheel,) = built.glob("*.whl")
    subprocess.run([found, "-m", "pip", "install", "-q", str(wheel)], check=True, env=_environment())
    return found


@pytest.fixture
def run(python: Path, tmp_path: Path) -> list[str]:
    """The command that runs the installed program, with a data folder of its own."""
    return [str(python), "-m", "tetris_arcade", "--data-dir", str(tmp_path / "data")]


def _environment() -> dict[str, str]:
    hidden = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    return {**{name: value for name, value in os.environ.items() if name != "PYTHONPATH"}, **hidden}


def _json(command: list[str], folder: Path) -> dict[str, object]:
    done = subprocess.run(
        [*command, "--json"], cwd=folder, env=_environment(), check=True, capture_output=True, text=True
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_sdist_holds_what_the_wheel_needs(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    assert sdist.name == f"tetris_arcade-{__version__}.tar.gz"
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"assets/champion.toml", "checkpoints/slots/champion/model.zip", "tetris_arcade/py.typed"} <= names


def test_wheel_holds_assets_and_models(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    slots = {f"tetris_arcade/checkpoints/slots/{name}/model.zip" for name in ("champion", "stacker")}
    assert {"tetris_arcade/py.typed", "tetris_arcade/assets/champion.toml", *slots} <= names


def test_installed_models_are_listed(run: list[str], tmp_path: Path) -> None:
    models = _json([*run, "models", "list"], tmp_path)["models"]
    assert isinstance(models, list)
    assert {"champion", "stacker", "bcts"} <= {model["name"] for model in models}


def test_installed_champion_is_evaluated(run: list[str], tmp_path: Path) -> None:
    report = _json([*run, "evaluate", "champion", "--games", "2", "--max-pieces", "500"], tmp_path)
    assert isinstance(report["mean_lines"], float)
    assert report["mean_lines"] > 150


def test_installed_program_trains(run: list[str], tmp_path: Path) -> None:
    report = _json([*run, "train", "--steps", "600", "--fresh"], tmp_path)
    assert isinstance(report["timesteps"], int)
    assert report["timesteps"] >= 600
    assert str(tmp_path) in str(report["checkpoint"])


def test_installed_demo_opens_and_closes(run: list[str], tmp_path: Path) -> None:
    process = subprocess.Popen([*run, "demo", "champion"], cwd=tmp_path, env=_environment())
    lock = tmp_path / "data" / "tetris-arcade.lock"
    deadline = time.monotonic() + 60
    while not lock.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(2)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
