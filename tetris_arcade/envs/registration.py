"""The environment's name in Gymnasium's registry, without loading Gymnasium for those who do not use it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

ENV_ID = "TetrisArcade/Placement-v0"


def register_envs() -> None:
    """Make `gymnasium.make("TetrisArcade/Placement-v0", **fields of EnvConfig)` work."""
    import gymnasium

    if ENV_ID not in gymnasium.registry:
        gymnasium.register(ENV_ID, entry_point="tetris_arcade.envs.single:make_env_from_fields")


def register_with_gymnasium() -> None:
    """Register now where Gymnasium is loaded, else as soon as somebody loads it.

    Gymnasium knows no plugins: who makes an environment by name imports its package first, perhaps before
    Gymnasium.
    """
    if "gymnasium" in sys.modules:
        register_envs()
    elif not any(isinstance(finder, _GymnasiumWatch) for finder in sys.meta_path):
        sys.meta_path.insert(0, _GymnasiumWatch())


class _GymnasiumWatch(MetaPathFinder):
    """Steps aside when Gymnasium is looked for, and registers once it has loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "gymnasium":
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_register(module: ModuleType) -> None:
                load(module)
                register_envs()

            spec.loader.exec_module = load_and_register  # type: ignore[method-assign]
        return spec
