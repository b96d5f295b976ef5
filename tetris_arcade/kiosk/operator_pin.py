"""The PIN of the operator menu: a kiosk has one that was chosen, or that its operator was shown."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

from tetris_arcade.storage.errors import StorageError
from tetris_arcade.storage.settings_file import hide_pin, keep_settings, load_settings, save_settings

_NUM_DIGITS = 6


def prepare_pin(settings_file: Path) -> str | None:
    """Make sure that there is a PIN; returns a new random one to show, None if there was one.

    Raises StorageError if the settings have an error and no PIN, so that nobody knows which one was chosen,
    or if a new one cannot be stored.
    """
    keep_settings(settings_file)
    hide_pin(settings_file)
    settings, problem = load_settings(settings_file)
    if settings.kiosk.pin is not None:
        return None
    if problem is not None:
        raise StorageError(f"{problem} A kiosk does not start without its operator's PIN: correct the file.")
    pin = f"{secrets.randbelow(10**_NUM_DIGITS):0{_NUM_DIGITS}}"
    try:
        save_settings(settings_file, replace(settings, kiosk=replace(settings.kiosk, pin=pin)), settings)
    except StorageError as error:
        raise StorageError(f"a kiosk needs an operator's PIN, but {error}") from error
    return pin
