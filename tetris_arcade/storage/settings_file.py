"""`settings.toml`: written atomically, and read even if damaged.

A damaged file is expected: valid fields are kept, the others get defaults, and the file is renamed.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import tomli_w

from tetris_arcade.config.plain_data import DataValidationError, from_plain, to_plain
from tetris_arcade.config.settings import Settings
from tetris_arcade.storage.atomic import read_file, write_file_atomic
from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.strict_toml import MAX_TOML_BYTES, parse_toml

MAX_DAMAGED_FILES = 3


def load_settings(path: Path) -> tuple[Settings, str | None]:
    """Read the settings; the second result is a message if the file was damaged. Never raises.

    A damaged file is renamed, and a repaired one is written.
    """
    if not os.path.lexists(path):
        return Settings(), None
    problems: list[str] = []
    try:
        settings = _parse(read_file(path, MAX_TOML_BYTES), problems)
    except StorageError as error:
        settings, problems = Settings(), [str(error)]
    if not problems:
        return settings, None
    return settings, _repair(path, settings, problems)


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings atomically; raises StorageError on failure."""
    write_file_atomic(path, tomli_w.dumps(to_plain(settings)).encode())


def _parse(content: bytes, problems: list[str]) -> Settings:
    try:
        return from_plain(Settings, parse_toml(content), problems=problems)
    except ValueError as error:
        # tomllib.TOMLDecodeError, UnicodeDecodeError and DataValidationError are all ValueErrors.
        problems.append(str(error) if isinstance(error, DataValidationError) else "it is not valid TOML")
        return Settings()


def _repair(path: Path, settings: Settings, problems: list[str]) -> str:
    """Rename the damaged file and write the repaired settings; returns the message to show."""
    others = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    renamed = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    try:
        os.replace(path, renamed)
        _remove_oldest(path)
        save_settings(path, settings)
    except (OSError, StorageError):
        return f"The settings file has an error: {problems[0]}{others}. Defaults are used there."
    error = f"The settings file had an error: {problems[0]}{others}"
    return f"{error}. Defaults are used there; the old file is {renamed.name}."


def _remove_oldest(path: Path) -> None:
    for old in sorted(path.parent.glob(f"{path.name}.damaged-*"))[:-MAX_DAMAGED_FILES]:
        os.unlink(old)
