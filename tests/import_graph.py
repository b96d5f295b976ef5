"""Which module of the package imports which, read from the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import tetris_arcade

ROOT = Path(tetris_arcade.__file__).parent


def module_names() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imported_names(path: Path) -> frozenset[str]:
    """The dotted names that a file imports anywhere, functions included, unless only for type checking."""
    return frozenset(_walk(ast.parse(path.read_text(encoding="utf-8"))))


def _walk(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    for child in ast.iter_child_nodes(node):
        yield from _walk(child)


def module_graph() -> dict[str, set[str]]:
    """Our own modules that each of our modules imports."""
    modules = module_names()
    return {name: set(imported_names(path)) & modules.keys() - {name} for name, path in modules.items()}


def package_of(module: str) -> str:
    """The package that a module belongs to: the first folder, in `worker` the second."""
    parts = module.split(".")[1:]
    if parts and parts[0] == "worker":
        return ".".join(parts[:2])
    return parts[0] if parts else ""


def package_graph() -> dict[str, set[str]]:
    """The packages that each package imports."""
    graph: dict[str, set[str]] = {}
    for module, names in module_graph().items():
        graph.setdefault(package_of(module), set()).update(map(package_of, names))
    return {package: names - {package, ""} for package, names in graph.items()}


def find_cycle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """One circle of names that import each other; empty if there is none."""
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for other in graph.get(name, ()):
            cycle = visit(other, [*path, name])
            if cycle:
                return cycle
        done.add(name)
        return []

    for name in graph:
        cycle = visit(name, [])
        if cycle:
            return cycle
    return []
