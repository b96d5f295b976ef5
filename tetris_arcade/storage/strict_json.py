"""JSON without its surprises: no NaN or infinity, no name twice, no broken Unicode, no deep nesting."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from tetris_arcade.config.plain_data import DataValidationError, check_plain
from tetris_arcade.storage.errors import StorageError


def parse_json(content: bytes, what: str) -> Any:
    """Plain data; StorageError names `what` and the fault. The caller caps the size."""
    try:
        data = json.loads(content.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant)
        return check_plain(data, what)
    except (ValueError, RecursionError) as error:  # json's answer to a deep nest is RecursionError.
        kind = str(error) if isinstance(error, DataValidationError) else "it is not valid JSON"
        raise StorageError(f"{what} is damaged: {kind}") from error


def dump_json(data: Any) -> bytes:
    """Indented JSON with sorted names; ValueError where a number is not finite."""
    return (json.dumps(data, allow_nan=False, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise DataValidationError("it has a name twice")
    return table


def _refuse_constant(name: str) -> NoReturn:
    raise DataValidationError(f"{name} is not a number")
