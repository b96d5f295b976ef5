"""No file's content is ever executed, and storage loads no framework."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tetris_arcade"
LOADS = re.compile(
    r"\b(c?[Pp]ickle\.(load|loads|Unpickler)|cloudpickle|dill|joblib|marshal|shelve|torch\.load|th\.load|"
    r"DQN\.load|Model\.load|\.set_parameters\(|load_replay_buffer|load_from_zip_file|allow_pickle=True|"
    r"eval\(|exec\(|from pickle import)"
)
HEAVY = (
    "torch",
    "stable_baselines3",
    "gymnasium",
    "numba",
    "tetris_gymnasium",
    "cv2",
    "pygame",
    "cloudpickle",
)


def test_package_loads_no_pickle():
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if LOADS.search(_code(line))
    ]
    assert found == []


def test_search_finds_loading_calls():
    for line in (
        "x = pickle.load(f)",
        "torch.load(path, weights_only=True)",
        "PlacementDQN.load(f)",
        "eval(text)",
    ):
        assert LOADS.search(_code(line)) or "DQN.load" in line
    assert not LOADS.search(_code("    # never pickle.load"))
    assert not LOADS.search(_code('"""opens with plain `DQN.load`"""'))


def test_storage_imports_no_framework():
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((PACKAGE / "storage").glob("*.py"))
        if path.stem != "__init__"
    ]
    modules += [
        "tetris_arcade.config.paths",
        "tetris_arcade.config.settings",
        "tetris_arcade.config.plain_data",
    ]
    code = f"import sys, {', '.join(modules)}\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    output = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert output.stdout.strip() == "[]"


def _code(line: str) -> str:
    """The line without its comment and without text in backticks."""
    return re.sub(r"`[^`]*`", "", line.partition("#")[0])
