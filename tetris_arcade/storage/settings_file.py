"""`settings.toml`: the settings, written whole.

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

MAX_PUT_ASIDE = 3


def load_settings(path: Path) -> tuple[Settings, str | None]:
    """The settings, and one sentence where the file was damaged, put aside and repaired. Never raises."""
    if not os.path.lexists(path):
        return Settings(), None
    problems: list[str] = []
    try:
        settings = _parse(read_file(path, MAX_TOML_BYTES), problems)
    except StorageError as error:
        settings, problems = Settings(), [str(error)]
    if not problems:
        return settings, None
    return settings, _put_aside(path, settings, problems)


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings whole or not at all; StorageError says why it failed."""
    write_file_atomic(path, tomli_w.dumps(to_plain(settings)).encode())


def _parse(content: bytes, problems: list[str]) -> Settings:
    try:
        return from_plain(Settings, parse_toml(content), problems=problems)
    except ValueError as error:
        # tomllib.TOMLDecodeError, UnicodeDecodeError and PlainError are all ValueErrors.
        problems.append(str(error) if isinstance(error, DataValidationError) else "it is not valid TOML")
        return Settings()


def _put_aside(path: Path, settings: Settings, problems: list[str]) -> str:
    others = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    try:
        os.replace(path, aside)
        _forget_oldest(path)
        save_settings(path, settings)
    except (OSError, StorageError):
        return f"The settings file has a fault: {problems[0]}{others}; defaults are used there."
    fault = f"The settings file had a fault: {problems[0]}{others}"
    return f"{fault}; defaults are used there, the old file is {aside.name}."


def _forget_oldest(path: Path) -> None:
    for old in sorted(path.parent.glob(f"{path.name}.damaged-*"))[:-MAX_PUT_ASIDE]:
        os.unlink(old)
