"""The notebook for students runs from start to end, without Jupyter and without a network."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).parents[1] / "assets" / "one_update.ipynb"


def _run(source: str, names: dict[str, Any]) -> Any:
    """Execute a code cell; returns the value of its last expression, as Jupyter shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, NOTEBOOK.name, "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), NOTEBOOK.name, "eval"), names)


def test_notebook_trains_and_makes_one_update(capsys: pytest.CaptureFixture[str]) -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] for cell in cells)
    shown = [_run("".join(cell["source"]), names) for cell in cells]

    pictures = [value._repr_svg_() for value in shown if hasattr(value, "_repr_svg_")]
    assert len(pictures) == 2
    assert all(picture.startswith("<svg ") and "nan" not in picture for picture in pictures)
    before, after, target = (names[name] for name in ("before", "after", "target"))
    assert 0.0 < (after - before) / (target - before) < 1.0
    assert f"= {target:.3f}" in capsys.readouterr().out
    assert names["model"].num_timesteps == 3_000
