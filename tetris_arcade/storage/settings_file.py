"""`settings.toml`: read setting by setting, changed setting by setting, and kept in a copy.

The file belongs to its user: reading changes nothing, and a change writes only the settings that have
changed. The copy holds the last settings that could all be used, for the time when the file has an error.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import stat
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import tomli_w

from tetris_arcade.config.plain_data import (
    DataValidationError,
    from_plain,
    shorten_for_message,
    to_plain,
)
from tetris_arcade.config.settings import PUBLISHED_PIN, Settings
from tetris_arcade.storage.atomic import read_file, write_file_atomic
from tetris_arcade.storage.errors import StorageError, printable_path
from tetris_arcade.storage.strict_toml import MAX_TOML_BYTES, parse_toml

T = TypeVar("T")

SETTINGS_VERSION = 1
"""A later version writes `version = 2` at the top of the file; this one writes nothing there."""
MAX_DAMAGED_FILES = 3
_PIN_ERROR = "kiosk.pin must be 4 to 8 digits in quotes"
_LINE = re.compile(r"at line (\d+)")


@dataclass
class _SettingsFile:
    """What a settings file holds.

    table: its content as plain data, None without a file or without valid TOML. problem: why the file as a
    whole cannot be used. may_write: whether rewriting it loses nothing sound. errors: the settings
    that cannot be used, filled in by `_settings`.
    """

    content: bytes = b""
    table: dict[str, Any] | None = None
    problem: str | None = None
    may_write: bool = True
    errors: list[str] = field(default_factory=list)


def load_settings(path: Path) -> tuple[Settings, str | None]:
    """Read the settings; the second result is a message if something cannot be used. Never raises.

    Changes nothing on disk. What cannot be used has the value of the last `keep_settings`, or else its
    default; the operator's PIN also if the file does not have it.
    """
    file, kept = _read(path), _kept_settings(path)
    settings = _settings(file, kept)
    if settings.kiosk.pin is None and kept is not None:
        kiosk = dataclasses.replace(settings.kiosk, pin=kept.kiosk.pin)
        settings = dataclasses.replace(settings, kiosk=kiosk)
    return settings, _message(path, file, has_copy=kept is not None)


def save_settings(path: Path, settings: Settings, before: Settings | None = None) -> None:
    """Write the settings, or only those that differ from `before`; the rest of the file stays.

    What is not valid TOML is first copied to NAME.damaged-TIME. Raises StorageError on failure, and for a
    file that cannot be read now or that a newer version has saved.
    """
    file = _read(path)
    if not file.may_write:
        raise StorageError(f"{path.name} {file.problem}")
    if file.table is None and file.content:
        _put_aside(path, file.content)
    table = to_plain(settings) if file.table is None else _change(file.table, settings, before)
    write_file_atomic(path, tomli_w.dumps(table).encode(), is_secret=_has_pin(table))
    keep_settings(path)


def keep_settings(path: Path) -> None:
    """Copy the settings if all of them can be used. Never raises."""
    settings, message = load_settings(path)
    content = tomli_w.dumps(to_plain(settings)).encode()
    if message is None and os.path.exists(path) and content != _read(kept_file(path)).content:
        with contextlib.suppress(StorageError):
            write_file_atomic(kept_file(path), content, is_secret=True)


def kept_file(path: Path) -> Path:
    """The copy of the last settings that could all be used."""
    return path.with_name(f"{path.stem}.kept{path.suffix}")


def hide_pin(path: Path) -> None:
    """Make a file with a PIN readable by its owner only, if this user may change that."""
    if sys.platform == "win32" or not _has_pin(_read(path).table):
        return
    with contextlib.suppress(OSError):
        if stat.S_IMODE(os.stat(path).st_mode) & 0o077:
            os.chmod(path, 0o600)


# --- Reading ---


def _read(path: Path) -> _SettingsFile:
    try:
        content = read_file(path, MAX_TOML_BYTES)
    except StorageError as error:
        if not isinstance(error.__cause__, FileNotFoundError):
            reason = str(error).removeprefix(f"{printable_path(path)} ")
            return _SettingsFile(problem=reason, may_write=False)
        dangling = "is a link to something that does not exist" if os.path.islink(path) else None
        return _SettingsFile(problem=dangling)
    try:
        table = parse_toml(content)
    except ValueError as error:  # also TOMLDecodeError and UnicodeDecodeError
        return _SettingsFile(content, problem=f"has an error: {_toml_error(error)}")
    version = table.pop("version", SETTINGS_VERSION)
    if type(version) is int and version > SETTINGS_VERSION:
        return _SettingsFile(
            content, table, "was saved by a newer version of this program and is not changed", may_write=False
        )
    return _SettingsFile(content, table)


def _toml_error(error: ValueError) -> str:
    """The error without the text of the file, which may hold the PIN."""
    if isinstance(error, DataValidationError):
        return str(error)
    line = _LINE.search(str(error))
    return "it is not valid TOML" if line is None else f"line {line[1]} is not valid TOML"


def _kept_settings(path: Path) -> Settings | None:
    file = _read(kept_file(path))
    settings = _settings(file, None)
    return None if file.table is None or file.problem or file.errors else settings


def _settings(file: _SettingsFile, kept: Settings | None) -> Settings:
    """The settings of a file, those that cannot be used from the copy; lists these in `file.errors`."""
    if file.table is None:
        return Settings() if file.problem is None or kept is None else kept
    sections = {
        name: _section(type(section), name, file, getattr(kept, name, None))
        for name, section in vars(Settings()).items()
    }
    unknown = {name: value for name, value in file.table.items() if name not in sections}
    from_plain(Settings, unknown, problems=file.errors)
    return Settings(**sections)


def _section(kind: type[T], name: str, file: _SettingsFile, kept: T | None) -> T:
    assert file.table is not None
    table = file.table.get(name, {})
    if not isinstance(table, dict):
        file.errors.append(f"{name} must be a table, got {shorten_for_message(table)}")
        return kind() if kept is None else kept
    known = {item.name for item in dataclasses.fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, value in table.items():
        is_pin = (name, key) == ("kiosk", "pin")
        if is_pin and value == PUBLISHED_PIN:
            continue
        try:
            values[key] = getattr(from_plain(kind, {key: value}, name), key)
        except DataValidationError as error:
            file.errors.append(_PIN_ERROR if is_pin else str(error))
            if kept is not None and key in known:
                values[key] = getattr(kept, key)
    return kind(**values)


def _message(path: Path, file: _SettingsFile, *, has_copy: bool) -> str | None:
    source = "The last good settings" if has_copy else "Defaults"
    if file.problem is not None:
        instead = "" if file.table is not None else f" {source} are used."
        return f"{path.name} {file.problem}.{instead}"
    if not file.errors:
        return None
    others = f" (and {len(file.errors) - 1} more)" if len(file.errors) > 1 else ""
    return f"{path.name} has an error: {file.errors[0]}{others}. {source} are used there."


# --- Writing ---


def _change(table: dict[str, Any], settings: Settings, before: Settings | None) -> dict[str, Any]:
    """The content of a file, with the settings that differ from `before`, or with all of them."""
    changed = dict(table)
    for section in dataclasses.fields(Settings):
        new, old = getattr(settings, section.name), getattr(before, section.name, None)
        if new == old:
            continue
        values = changed[section.name] if isinstance(changed.get(section.name), dict) else {}
        changed[section.name] = _change_section(values, new, old)
    return changed


def _change_section(table: dict[str, Any], new: Any, old: Any) -> dict[str, Any]:
    names = [item.name for item in dataclasses.fields(new)]
    changed = [name for name in names if old is None or getattr(new, name) != getattr(old, name)]
    rest = {name: value for name, value in table.items() if name not in changed}
    return rest | {name: value for name, value in to_plain(new).items() if name in changed}


def _has_pin(table: dict[str, Any] | None) -> bool:
    kiosk = (table or {}).get("kiosk")
    return isinstance(kiosk, dict) and "pin" in kiosk


def _put_aside(path: Path, content: bytes) -> None:
    """Copy a damaged file to NAME.damaged-TIME, and delete the oldest such copies."""
    copy = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    write_file_atomic(copy, content, is_secret=True)
    others = sorted(old for old in path.parent.glob(f"{path.name}.damaged-*") if old != copy)
    for old in others[: len(others) + 1 - MAX_DAMAGED_FILES]:
        with contextlib.suppress(OSError):
            os.unlink(old)
