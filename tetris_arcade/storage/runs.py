"""Runs that were set aside: when a new run starts, all checkpoints of the last one are kept under a number.

They can be listed, played and copied like others, and any of them can be continued.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import secrets
import stat
from pathlib import Path

from tetris_arcade.config.paths import DataPaths
from tetris_arcade.storage.atomic import folder_names, path_exists, remove_folder
from tetris_arcade.storage.checkpoint_names import KINDS, kept_runs, run_folder
from tetris_arcade.storage.checkpoints import load_checkpoint, remove_backup
from tetris_arcade.storage.errors import StorageError, UnknownModelError, UnreadableError, describe_os_error

logger = logging.getLogger(__name__)

MAX_KEPT_RUNS = 5
_KIND = "|".join(KINDS)
_OF_A_RUN = re.compile(rf"{_KIND}|\.(?:{_KIND})\.(?:prev|[0-9a-f]{{20}}\.new)")
"""A run's folders: its checkpoints, and what interrupted saves left beside them."""
_CHECKPOINT = re.compile(rf"{_KIND}|\.(?:{_KIND})\.prev")
_MOVING = re.compile(r"\.([1-9][0-9]{0,8})\.moving")
_OF_EARLIER_VERSIONS = re.compile(r"latest\.[0-9]{8}-[0-9]{6}(-[0-9]+)?")


def set_aside_run(paths: DataPaths, *, spare: int | None = None) -> str | None:
    """Set the current run aside, if there is one; returns a sentence that says so, None if there is none.

    Its folders are only renamed, so that nothing has to be readable. The newest MAX_KEPT_RUNS are kept, and
    `spare`; the sentence names those that are deleted. Raises StorageError, and leaves everything in place,
    if that is not possible.
    """
    names = _folders_of_run(paths.checkpoints)
    if not any(_CHECKPOINT.fullmatch(name) for name in names):
        return None
    number = max([0, *kept_runs(paths)]) + 1
    _move_into_run(paths, number, {name: paths.checkpoints / name for name in names})
    for kind in KINDS:
        remove_backup(run_folder(paths, number) / kind)
    message = f"The last run is kept as latest.{number}{_describe(paths, number)}."
    forgotten = [_forget(paths, old) for old in kept_runs(paths)[MAX_KEPT_RUNS:] if old != spare]
    return " ".join([message, *filter(None, forgotten)])


def take_up_run(paths: DataPaths, number: int) -> str | None:
    """Make a run that was set aside the current one, and set the current one aside.

    Returns the sentence of `set_aside_run`. Raises UnknownModelError if there is no such run, and
    StorageError, before anything is moved, if it cannot be continued.
    """
    known = kept_runs(paths)
    if number not in known:
        names = ", ".join(f"latest.{other}" for other in known) or "none"
        raise UnknownModelError(f"there is no run latest.{number}; kept are {names}")
    load_checkpoint(run_folder(paths, number) / "latest")
    message = set_aside_run(paths, spare=number)
    moving = paths.runs / f".{number}.moving"
    try:
        os.rename(run_folder(paths, number), moving)
    except OSError as error:
        raise StorageError(f"latest.{number} could not be moved: {describe_os_error(error)}") from error
    _put_back(paths, moving)
    return message


def next_forgotten_run(paths: DataPaths) -> str | None:
    """The name of the run that is deleted when the current one is set aside; None if there is none."""
    with contextlib.suppress(UnreadableError):
        has_run = any(path_exists(paths.checkpoints / kind) for kind in KINDS)
        oldest = kept_runs(paths)[MAX_KEPT_RUNS - 1 :]
        return f"latest.{oldest[0]}" if has_run and oldest else None
    return None


def repair_runs(paths: DataPaths) -> list[str]:
    """Finish what a crash interrupted, and adopt what earlier versions set aside. Never raises.

    Returns a message per problem. Only for the process that holds the data folder's lock.
    """
    try:
        for name in folder_names(paths.runs):
            if _MOVING.fullmatch(name):
                _put_back(paths, paths.runs / name)
            elif name.startswith(".trash."):
                remove_folder(paths.runs / name)
        for name in filter(_OF_EARLIER_VERSIONS.fullmatch, folder_names(paths.checkpoints)):
            number = max([0, *kept_runs(paths)]) + 1
            _move_into_run(paths, number, {"latest": paths.checkpoints / name})
    except StorageError as error:
        return [f"The runs that were set aside were not repaired: {error}."]
    return []


def _folders_of_run(folder: Path) -> list[str]:
    """The names of a run's folders, `latest` last."""
    return sorted(filter(_OF_A_RUN.fullmatch, folder_names(folder)), key="latest".__eq__)


def _move_into_run(paths: DataPaths, number: int, folders: dict[str, Path]) -> None:
    """Move folders, each to its new name, into a new run; they are put back if that fails."""
    moving = paths.runs / f".{number}.moving"
    try:
        moving.mkdir(parents=True)
        for name, folder in folders.items():
            _make_link_absolute(folder)
            os.rename(folder, moving / name)
        os.rename(moving, run_folder(paths, number))
    except OSError as error:
        with contextlib.suppress(StorageError):
            _put_back(paths, moving)
        raise StorageError(f"the last run could not be set aside: {describe_os_error(error)}") from error


def _make_link_absolute(path: Path) -> None:
    """If a path is a link, have it lead to the same folder from wherever it is moved; raises OSError."""
    if not stat.S_ISLNK(os.lstat(path).st_mode) or os.path.isabs(os.readlink(path)):
        return
    new = path.with_name(f".trash.{secrets.token_hex(4)}")
    os.symlink(path.parent.absolute() / os.readlink(path), new)
    os.replace(new, path)


def _put_back(paths: DataPaths, moving: Path) -> None:
    """Make folders that were moved the current run; if there is one by now, keep them as another."""
    names = _folders_of_run(moving)
    try:
        if any(path_exists(paths.checkpoints / name) for name in names):
            os.rename(moving, run_folder(paths, max([0, *kept_runs(paths)]) + 1))
            return
        for name in names:
            os.rename(moving / name, paths.checkpoints / name)
        os.rmdir(moving)
    except OSError as error:
        raise StorageError(f"{moving.name} could not be moved: {describe_os_error(error)}") from error


def _describe(paths: DataPaths, number: int) -> str:
    """What is known about a run, in parentheses; empty if it cannot be read."""
    try:
        metadata = load_checkpoint(run_folder(paths, number) / "latest").metadata
    except StorageError:
        return ""
    best = metadata.best_eval_lines
    tested = "" if best is None else f", best test {best:.1f} lines"
    return f" ({metadata.timesteps:,} moves practised{tested})"


def _forget(paths: DataPaths, number: int) -> str | None:
    """Delete a run; returns the sentence that says so, None if it is still there."""
    description = _describe(paths, number)
    if not remove_folder(run_folder(paths, number)):
        return None
    return f"The oldest, latest.{number}{description}, was deleted: {MAX_KEPT_RUNS} are kept."
