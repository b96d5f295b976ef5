"""Strict JSON: no NaN or infinity, no duplicate names, no broken Unicode, no deep nesting."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from tetris_arcade.config.plain_data import DataValidationError, check_plain
from tetris_arcade.storage.errors import DamagedError


def parse_json(content: bytes, what: str) -> Any:
    """Parse plain data; raises DamagedError, naming `what`, if it is invalid. The caller limits the size."""
    try:
        data = json.loads(content.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant)
        return check_plain(data, what)
    except (ValueError, RecursionError) as error:  # json raises RecursionError on deep nesting.
        reason = str(error) if isinstance(error, DataValidationError) else "it is not valid JSON"
        raise DamagedError(f"{what} is damaged: {reason}") from error


def dump_json(data: Any) -> bytes:
    """Encode as indented JSON with sorted names; raises ValueError if a number is not finite."""
    return (json.dumps(data, allow_nan=False, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise DataValidationError("it has a duplicate name")
    return table


def _refuse_constant(name: str) -> NoReturn:
    raise DataValidationError(f"{name} is not a number")
