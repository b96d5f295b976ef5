"""Who may import whom, read from the sources; and what the viewer's process never loads."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import tetris_arcade

ROOT = Path(tetris_arcade.__file__).parent
SHARED = {"paths", "settings", "plain", "heap", "endings"}

# Layer: our own layers that it may import at its modules' top level.
ALLOWED: dict[str, set[str]] = {
    "engine": set(),
    "envs": {"engine"},
    "storage": {"engine", "envs"},
    "training": {"engine", "envs", "storage"},
    "worker": {"engine", "envs", "training", "storage"},
    "ui": {"engine"},
    "scenes": {"engine", "envs", "training", "storage", "worker", "ui"},
    "film": {"engine", "envs", "storage", "training", "worker", "ui"},
    "kiosk": {"scenes", "storage", "ui", "worker"},
    "paths": set(),
    "plain": set(),
    "heap": set(),
    "endings": set(),
    "settings": {"storage"},
}
# A screen and a viewer's client take configurations from these layers, nothing that loads a framework.
LIGHT = {"envs": {"config"}, "training": {"config"}, "engine": {"tetromino"}}
FOREIGN = {
    "engine": {"gymnasium", "torch", "pygame", "stable_baselines3", "tetris_gymnasium"},
    "storage": {"torch", "stable_baselines3", "gymnasium", "numba", "pygame"},
    "ui": {"torch", "stable_baselines3", "gymnasium", "numba"},
    "scenes": {"torch", "stable_baselines3", "gymnasium", "numba"},
}


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def _modules(layer: str) -> list[Path]:
    return sorted((ROOT / layer).rglob("*.py")) if (ROOT / layer).is_dir() else [ROOT / f"{layer}.py"]


@pytest.mark.parametrize("layer", sorted(ALLOWED))
def test_layers_import_downwards_only(layer: str) -> None:
    allowed = ALLOWED[layer] | SHARED | {layer}
    for path in _modules(layer):
        for name in _imports(path):
            parts = name.split(".")
            if parts[0] == "tetris_arcade" and len(parts) > 1:
                assert parts[1] in allowed, f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("layer", ["ui", "scenes", "storage"])
def test_screens_and_files_take_only_plain_data_from_the_learner(layer: str) -> None:
    for path in _modules(layer):
        for name in _imports(path):
            parts = name.split(".")
            if parts[0] == "tetris_arcade" and len(parts) > 2 and parts[1] in LIGHT:
                assert parts[2] in LIGHT[parts[1]], f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("layer", sorted(FOREIGN))
def test_frameworks_stay_in_their_layers(layer: str) -> None:
    for path in _modules(layer):
        found = {name.split(".")[0] for name in _imports(path)} & FOREIGN[layer]
        assert not found, f"{path.relative_to(ROOT)} imports {found}"


def test_no_file_is_ever_unpickled() -> None:
    words = (
        "pickle.load",
        "pickle.Unpickler(",
        "cloudpickle",
        "torch.load",
        "DQN.load(",
        "load_replay_buffer",
        "allow_pickle=True",
    )
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = {ast.unparse(node.func) + "(" for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for word in words:
            assert not any(word in call for call in calls), f"{path.relative_to(ROOT)} calls {word}"


HEAVY = ("torch", "stable_baselines3", "gymnasium", "numba", "tetris_gymnasium", "cv2")


def test_the_viewer_loads_no_framework() -> None:
    script = (
        "import sys, tetris_arcade.cli, tetris_arcade.app, tetris_arcade.scenes.title,"
        "tetris_arcade.scenes.training.scene,"
        "tetris_arcade.scenes.models.scene, tetris_arcade.scenes.play.demo, tetris_arcade.scenes.settings.scene,"
        "tetris_arcade.commands.window;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT.parent
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_a_wheel_carries_every_package_and_every_shipped_model() -> None:
    root = ROOT.parent
    listed = set(tomllib.loads((root / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    found = {".".join(path.parent.relative_to(root).parts) for path in ROOT.rglob("__init__.py")}
    slots = root / "checkpoints" / "slots"
    shipped = {
        f"tetris_arcade.checkpoints.slots.{name}"
        for name in ("champion", "stacker")
        if (slots / name).is_dir()
    }
    assert listed == found | shipped | {"tetris_arcade.assets"}
