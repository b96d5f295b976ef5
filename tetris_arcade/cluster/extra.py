"""Whether the packages of the extra `cluster` are installed. Imports none of them."""

from __future__ import annotations

from importlib.util import find_spec

_REQUIRED = ("ray", "optuna", "matplotlib")
HOW_TO_INSTALL = 'pip install "tetris-arcade[cluster]"'


def missing_cluster_packages() -> list[str]:
    """The packages of the extra `cluster` that are not installed."""
    return [name for name in _REQUIRED if find_spec(name) is None]
