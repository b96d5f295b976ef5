"""Tells files of a newer version of the program from damaged ones."""

from __future__ import annotations

import dataclasses
from typing import Any

from tetris_arcade.storage.errors import NewerVersionError


def refuse_newer(data: object, kind: type[Any], version: int, field: str, what: str) -> None:
    """Raise NewerVersionError, naming `what`, if `data` is that of a newer version of the dataclass `kind`.

    field: the name of the version number. A newer version may also add names without a new number; a file
    that lacks what every version writes is damaged instead.
    """
    if not isinstance(data, dict):
        return
    names = {item.name for item in dataclasses.fields(kind)}
    always_written = {item.name for item in dataclasses.fields(kind) if item.default is dataclasses.MISSING}
    number = data.get(field, version)
    has_new_names = not data.keys() <= names and data.keys() >= always_written
    if has_new_names or (type(number) is int and number > version):
        raise NewerVersionError(f"{what} was saved by a newer version of this program")
