"""Paths of the user's data folder, the shipped assets and the shipped models."""

from __future__ import annotations

import importlib.resources
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HOME_VARIABLE = "TETRIS_ARCADE_HOME"
_PACKAGE = Path(str(importlib.resources.files("tetris_arcade")))


@dataclass(frozen=True)
class DataPaths:
    """The paths in a data folder; `shipped_slots` is the folder of the models that ship with the program."""

    root: Path
    shipped_slots: Path | None = None

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    @property
    def latest(self) -> Path:
        return self.checkpoints / "latest"

    @property
    def best(self) -> Path:
        return self.checkpoints / "best"

    @property
    def final(self) -> Path:
        return self.checkpoints / "final"

    @property
    def runs(self) -> Path:
        return self.checkpoints / "runs"

    @property
    def slots(self) -> Path:
        return self.checkpoints / "slots"

    @property
    def settings_file(self) -> Path:
        return self.root / "settings.toml"

    @property
    def replays(self) -> Path:
        return self.root / "records"

    @property
    def played_games(self) -> Path:
        """The replays of games that people played."""
        return self.replays / "games"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def lock_file(self) -> Path:
        return self.root / "tetris-arcade.lock"

    @property
    def socket_file(self) -> Path:
        """Where the program that holds the lock is reached by those that watch it."""
        return self.root / "tetris-arcade.sock"

    @property
    def kiosk_lock_file(self) -> Path:
        return self.root / "kiosk.lock"


def resolve_data_dir(argument: str | None = None, environment: Mapping[str, str] = os.environ) -> DataPaths:
    """The data folder: `--data-dir`, TETRIS_ARCADE_HOME, the source checkout, or the platform's data folder.

    The first of these that is given or exists. Creates no folder.
    """
    given = argument or environment.get(HOME_VARIABLE)
    if given:
        root = _expand(given).absolute()
    else:
        root = source_checkout() or Path(platformdirs.user_data_dir("tetris-arcade", appauthor=False))
    return DataPaths(root, shipped_slots())


def _expand(folder: str) -> Path:
    try:
        return Path(folder).expanduser()
    except RuntimeError:
        raise ValueError(
            f"the data folder {folder} begins with the name of a user who has no home folder here"
        ) from None


def source_checkout() -> Path | None:
    """The folder of pyproject.toml if the package runs from a checkout, None otherwise."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "tests").is_dir() else None


def shipped_slots() -> Path | None:
    """The folder of the models that ship with the program, in the package or in the checkout."""
    return _shipped("checkpoints/slots")


def asset(name: str) -> Path:
    """The path of `assets/NAME`, in the package or in the checkout; raises FileNotFoundError if missing."""
    folder = _shipped("assets")
    path = folder / name if folder is not None else None
    if path is None or not path.exists():
        raise FileNotFoundError(f"the asset {name!r} is missing from this installation")
    return path


def _shipped(name: str) -> Path | None:
    # A wheel has these folders inside the package: pyproject.toml maps them there.
    candidates = [_PACKAGE / name]
    checkout = source_checkout()
    if checkout is not None:
        candidates.insert(0, checkout / name)
    return next((folder for folder in candidates if folder.is_dir()), None)
