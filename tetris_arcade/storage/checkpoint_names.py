"""Names and folders of checkpoints: those of the current run, and those of the runs that were set aside.

`latest` is in `checkpoints/latest`, and `latest.7` in `checkpoints/runs/7/latest`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.atomic import folder_names

Kind = Literal["latest", "best", "final"]
KINDS: tuple[Kind, ...] = ("latest", "best", "final")
_NAME = re.compile(rf"({'|'.join(KINDS)})(?:\.([1-9][0-9]{{0,8}}))?")
_RUN_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def is_checkpoint_name(text: str) -> bool:
    """Whether a text names a checkpoint, such as `best` or `latest.7`; it need not exist."""
    return _NAME.fullmatch(text) is not None


def checkpoint_folder(paths: DataPaths, name: str) -> Path:
    """The folder of a checkpoint; raises ValueError if it is not a checkpoint's name."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"a checkpoint must be one of {', '.join(KINDS)}, got {name!r}")
    kind, number = match.groups()
    return paths.checkpoints / kind if number is None else run_folder(paths, int(number)) / kind


def checkpoint_name(folder: Path) -> str:
    """The inverse of `checkpoint_folder`."""
    number = folder.parent.name
    is_kept = folder.name in KINDS and _RUN_NUMBER.fullmatch(number)
    return f"{folder.name}.{number}" if is_kept else folder.name


def run_number(name: str) -> int | None:
    """The number of the run that was set aside and has this checkpoint; None if it is the current run's."""
    match = _NAME.fullmatch(name)
    return None if match is None or match[2] is None else int(match[2])


def run_folder(paths: DataPaths, number: int) -> Path:
    """The folder of a run that was set aside."""
    return paths.runs / str(number)


def kept_runs(paths: DataPaths) -> list[int]:
    """The numbers of the runs that were set aside, newest first; raises UnreadableError if unknown."""
    names = [name for name in folder_names(paths.runs) if _RUN_NUMBER.fullmatch(name)]
    return sorted(map(int, names), reverse=True)
