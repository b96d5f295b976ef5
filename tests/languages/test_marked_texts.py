"""Texts are marked so that they can be translated: the rules of the README that ruff does not check."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.import_graph import module_names


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.Lambda]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda))


def _names(function: ast.FunctionDef | ast.Lambda) -> Iterator[ast.Name]:
    return (node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == "_")


def test_no_function_that_translates_uses_the_name_for_something_else() -> None:
    for module, path in module_names().items():
        for function in _functions(ast.parse(path.read_text(encoding="utf-8"))):
            is_stored = any(isinstance(name.ctx, ast.Store) for name in _names(function))
            is_stored |= any(argument.arg == "_" for argument in function.args.args)
            is_called = any(isinstance(name.ctx, ast.Load) for name in _names(function))
            assert not (is_stored and is_called), f"{module}, line {function.lineno}"
