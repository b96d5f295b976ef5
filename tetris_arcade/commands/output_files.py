"""Files that a user names for a command's result: what is there already is not replaced without `--force`."""

from __future__ import annotations

import argparse
from pathlib import Path

from tetris_arcade.commands.errors import MISUSED, CommandError
from tetris_arcade.storage.atomic import path_exists
from tetris_arcade.storage.errors import FileTakenError, printable_path


def add_force_option(parser: argparse.ArgumentParser) -> None:
    """Add `--force`."""
    parser.add_argument("--force", action="store_true", help="replace a file that exists already")


def check_output_file(file: Path, *, force: bool) -> None:
    """Raise CommandError if a result cannot be written to `file`, or would replace what is there."""
    if not file.parent.is_dir():
        folder, name = printable_path(file.parent), printable_path(file.name)
        raise CommandError(f"there is no folder {folder} to write {name} to", MISUSED)
    if file.is_dir():
        raise CommandError(f"{printable_path(file)} is a folder: give the name of a file", MISUSED)
    if path_exists(file) and not force:
        raise taken_error(FileTakenError(file))


def taken_error(error: FileTakenError) -> CommandError:
    """The error of a command whose file exists already."""
    return CommandError(f"{error}: give --force to replace it", MISUSED)
