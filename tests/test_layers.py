"""Which package may import which, and what the viewer's process never loads."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib

import pytest

from tests.import_graph import (
    ROOT,
    find_cycle,
    imported_names,
    module_graph,
    module_names,
    package_graph,
    package_of,
)

# Package: our own packages that it may import.
ALLOWED: dict[str, set[str]] = {
    "languages": set(),
    "config": {"languages"},
    "process": set(),
    "engine": {"config", "languages"},
    "realtime": {"config", "languages", "engine", "storage"},
    "envs": {"config", "languages", "engine"},
    "storage": {"config", "languages"},
    "training": {"config", "languages", "process", "engine", "envs", "storage"},
    "ui": {"config", "languages", "process", "engine", "realtime"},
    "worker.shared": {"config", "languages", "process", "engine"},
    "worker.viewer": {"config", "languages", "process", "engine", "worker.shared"},
    "narrator": {"config", "languages", "worker.shared"},
    "worker.child": {
        "config",
        "languages",
        "process",
        "engine",
        "realtime",
        "storage",
        "training",
        "worker.shared",
    },
    "services": {
        "config",
        "languages",
        "process",
        "realtime",
        "remote",
        "storage",
        "ui",
        "worker.shared",
        "worker.viewer",
    },
    "scenes": {
        "config",
        "languages",
        "engine",
        "narrator",
        "realtime",
        "remote",
        "storage",
        "services",
        "ui",
        "worker.shared",
        "worker.viewer",
    },
    "kiosk": {
        "config",
        "languages",
        "process",
        "remote",
        "storage",
        "services",
        "scenes",
        "ui",
        "worker.shared",
        "worker.viewer",
    },
    "remote": {"config", "languages", "process", "engine", "storage", "worker.shared", "worker.viewer"},
    "web": {
        "config",
        "languages",
        "process",
        "engine",
        "narrator",
        "storage",
        "services",
        "remote",
        "worker.shared",
    },
    "cluster": {"config", "languages", "process", "engine", "storage", "training"},
    "video": {"config", "languages", "process", "engine", "realtime", "storage", "training", "ui"},
    "app": {
        "config",
        "languages",
        "process",
        "remote",
        "storage",
        "services",
        "scenes",
        "ui",
        "worker.shared",
        "worker.viewer",
    },
}
FRAMEWORKS = {"torch", "stable_baselines3", "gymnasium", "tetris_gymnasium", "numba", "cv2"}
CLUSTER = {"ray", "optuna", "matplotlib"}
SERVER = {"fastapi", "starlette", "pydantic", "uvicorn", "websockets", "prometheus_client"}
FORBIDDEN = {
    "languages": {*FRAMEWORKS, "pygame", "numpy", "babel"},
    "config": {*FRAMEWORKS, "pygame"},
    "process": {*FRAMEWORKS, "pygame", "numpy"},
    "engine": FRAMEWORKS - {"numba"} | {"pygame"},
    "realtime": {*FRAMEWORKS, "pygame"},
    "storage": {*FRAMEWORKS, "pygame"},
    "worker.shared": {*FRAMEWORKS, "pygame"},
    "worker.viewer": FRAMEWORKS,
    "narrator": {*FRAMEWORKS, "pygame"},
    "remote": {*FRAMEWORKS, "pygame"},
    "web": {*FRAMEWORKS, "pygame"},
    "ui": FRAMEWORKS,
    "services": FRAMEWORKS,
    "scenes": FRAMEWORKS,
    "kiosk": FRAMEWORKS,
    "app": FRAMEWORKS,
}


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_packages_import_downwards(package: str) -> None:
    assert package_graph()[package] <= ALLOWED[package]


def test_packages_do_not_import_in_circles() -> None:
    assert find_cycle(package_graph()) == []


def test_modules_do_not_import_in_circles() -> None:
    assert find_cycle(module_graph()) == []


def test_an_upward_import_closes_a_circle() -> None:
    graph = package_graph()
    graph["engine"].add("training")
    cycle = find_cycle(graph)
    assert cycle[0] == cycle[-1]
    assert {"engine", "training"} <= set(cycle)


@pytest.mark.parametrize("package", sorted(FORBIDDEN))
def test_frameworks_stay_in_their_packages(package: str) -> None:
    for module, path in module_names().items():
        if package_of(module) == package:
            found = {name.split(".")[0] for name in imported_names(path)} & FORBIDDEN[package]
            assert not found, f"{module} imports {found}"


def test_only_the_servers_process_loads_a_server() -> None:
    for module, path in module_names().items():
        found = {name.split(".")[0] for name in imported_names(path)} & SERVER
        if package_of(module) == "bench":
            found -= {"websockets"}  # as a client
        assert not found or package_of(module) == "web", f"{module} imports {found}"
        servers = {name for name in imported_names(path) if package_of(name) == "web"}
        assert not servers or package_of(module) == "web", f"{module} imports {servers}"


def test_only_the_cluster_package_loads_ray() -> None:
    for module, path in module_names().items():
        found = {name.split(".")[0] for name in imported_names(path)} & CLUSTER
        assert not found or package_of(module) == "cluster", f"{module} imports {found}"


def test_no_import_hooks_and_no_lazy_modules() -> None:
    for module, path in module_names().items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert "meta_path" not in {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}, (
            module
        )
        assert "__getattr__" not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, (
            module
        )


def test_no_file_is_unpickled() -> None:
    forbidden = (
        "pickle.load",
        "pickle.Unpickler(",
        "cloudpickle",
        "torch.load",
        "DQN.load(",
        "load_replay_buffer",
        "allow_pickle=True",
    )
    for module, path in module_names().items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = {ast.unparse(node.func) + "(" for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for name in forbidden:
            assert not any(name in call for call in calls), f"{module} calls {name}"


def test_viewer_loads_no_framework() -> None:
    modules = [
        name
        for name in module_names()
        if package_of(name) in {"app", "cli", "scenes", "kiosk", "services", "commands", "remote"}
        and name.split(".")[-1] not in {"train_config", "train_console"}
    ]
    unwanted = FRAMEWORKS | SERVER | CLUSTER
    script = f"import sys, {', '.join(modules)}; print(sorted({unwanted!r} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT.parent
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_wheel_carries_every_package_and_shipped_model() -> None:
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
