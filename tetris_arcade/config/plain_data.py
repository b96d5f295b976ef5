"""Converts frozen dataclasses to plain data and back, each field checked against its annotation.

Plain data are dicts, lists, strings, numbers, booleans and None; this module knows no file format.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import re
import types
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from tetris_arcade.config.constraints import get_constraints

T = TypeVar("T")

MAX_CHARACTERS = 4_096
MAX_ITEMS = 4_096
MAX_DEPTH = 12
_MAX_INT = 2**63 - 1
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and lone surrogates."""


class DataValidationError(ValueError):
    """The data does not fit; the message names the field, what was expected and what was there."""


def to_plain(value: Any) -> Any:
    """Convert to plain data; fields that are None are omitted."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name: to_plain(item) for name, item in pairs if item is not None}
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    return value


def from_plain(cls: type[T], data: object, where: str = "", problems: list[str] | None = None) -> T:
    """Build an instance of the dataclass `cls` from a dict.

    Raises DataValidationError at the first invalid or unknown field. With `problems`, such fields are listed
    there and get their defaults instead. A missing field without a default raises in both cases.
    """
    table = _table(data, where or cls.__name__)
    known = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    for key in table:
        if key not in known:
            _report(DataValidationError(f"{_join(where, key)} is not known"), problems)
    values: dict[str, Any] = {}
    for name, hint in _field_hints(cls):  # type: ignore[arg-type]
        if name in table:
            try:
                values[name] = _convert(hint, table[name], _join(where, name), problems)
            except DataValidationError as error:
                _report(error, problems)
    for name, field in known.items():
        if name not in values and field.default is field.default_factory is dataclasses.MISSING:
            raise DataValidationError(f"{_join(where, name)} is missing")
    return _build(cls, values, where, problems)


def check_plain(value: object, where: str, depth: int = MAX_DEPTH) -> Any:
    """Return the value if it is plain data of bounded size and depth, with finite numbers.

    Raises DataValidationError otherwise.
    """
    if depth == 0:
        raise DataValidationError(f"{where} is nested too deeply")
    if isinstance(value, dict):
        return {
            _string(key, where): check_plain(item, where, depth - 1)
            for key, item in _table(value, where).items()
        }
    if isinstance(value, (list, tuple)):
        return [check_plain(item, where, depth - 1) for item in _items(value, where)]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _integer(value, where)
    if isinstance(value, float):
        return _number(value, where)
    return _string(value, where)


def shorten_for_message(value: object, limit: int = 40) -> str:
    """A value as text for a message: printable, one line, at most `limit` characters."""
    text = (
        ascii(value) if isinstance(value, (str, int, float, bool)) or value is None else type(value).__name__
    )
    return text if len(text) <= limit else text[: limit - 3] + "..."


@functools.cache
def _field_hints(cls: Any) -> list[tuple[str, Any]]:
    """The fields of a dataclass and their annotations; cached, because evaluating annotations is slow."""
    hints = get_type_hints(cls, include_extras=True)
    return [(field.name, hints[field.name]) for field in dataclasses.fields(cls)]


def _build(cls: type[T], values: dict[str, Any], where: str, problems: list[str] | None) -> T:
    try:
        return cls(**values)
    except ValueError as error:
        _report(DataValidationError(f"{where}: {error}" if where else str(error)), problems)
        return _keep_valid_fields(cls, values, where)


def _keep_valid_fields(cls: type[T], values: dict[str, Any], where: str) -> T:
    """Add the fields one by one; a field that the class refuses gets its default."""
    valid: dict[str, Any] = {}
    for name, value in values.items():
        try:
            cls(**valid, **{name: value})
        except (ValueError, TypeError):
            continue
        valid[name] = value
    try:
        return cls(**valid)
    except (ValueError, TypeError) as error:
        raise DataValidationError(f"{where or cls.__name__}: {error}") from None


def _convert(hint: Any, value: object, where: str, problems: list[str] | None) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any or hint is object:
        return check_plain(value, where)
    if origin is Annotated:
        return _constrained(hint, value, where, problems)
    if origin in (Union, types.UnionType):
        return _optional(arguments, value, where, problems)
    if origin is Literal:
        return _choice(arguments, value, where)
    if origin is tuple:
        return _tuple(arguments, value, where, problems)
    if origin in (dict, Mapping):
        table = _table(value, where)
        return {key: _convert(arguments[1], item, _join(where, key), problems) for key, item in table.items()}
    if dataclasses.is_dataclass(hint):
        return from_plain(hint, value, where, problems)  # type: ignore[arg-type]
    return _SCALARS[hint](value, where)


def _constrained(hint: Any, value: object, where: str, problems: list[str] | None) -> Any:
    converted = _convert(get_args(hint)[0], value, where, problems)
    try:
        for constraint in get_constraints(hint):
            constraint.check(where, converted)
    except ValueError as error:
        raise DataValidationError(str(error)) from None
    return converted


def _optional(arguments: tuple[Any, ...], value: object, where: str, problems: list[str] | None) -> Any:
    if value is None:
        return None
    (inner,) = (argument for argument in arguments if argument is not type(None))
    return _convert(inner, value, where, problems)


def _tuple(
    arguments: tuple[Any, ...], value: object, where: str, problems: list[str] | None
) -> tuple[Any, ...]:
    items = _items(value, where)
    hints = arguments[:1] * len(items) if arguments[1:] == (...,) else arguments
    if len(hints) != len(items):
        raise DataValidationError(f"{where} must have {len(hints)} items, got {len(items)}")
    return tuple(_convert(hint, item, where, problems) for hint, item in zip(hints, items, strict=True))


def _choice(choices: tuple[Any, ...], value: object, where: str) -> Any:
    if not any(value == choice and type(value) is type(choice) for choice in choices):
        raise DataValidationError(
            f"{where} must be one of {', '.join(map(str, choices))}, got {shorten_for_message(value)}"
        )
    return value


def _table(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise DataValidationError(f"{where} must be a table, got {shorten_for_message(value)}")
    if len(value) > MAX_ITEMS:
        raise DataValidationError(f"{where} has {len(value)} entries, at most {MAX_ITEMS} are allowed")
    for key in value:
        _string(key, f"a name in {where}")
    return value


def _items(value: object, where: str) -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        raise DataValidationError(f"{where} must be a list, got {shorten_for_message(value)}")
    if len(value) > MAX_ITEMS:
        raise DataValidationError(f"{where} has {len(value)} items, at most {MAX_ITEMS} are allowed")
    return value


def _boolean(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise DataValidationError(f"{where} must be true or false, got {shorten_for_message(value)}")
    return value


def _integer(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise DataValidationError(f"{where} must be a whole number, got {shorten_for_message(value)}")
    if not -_MAX_INT <= value <= _MAX_INT:
        raise DataValidationError(f"{where} is out of range")
    return value


def _number(value: object, where: str) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise DataValidationError(f"{where} must be a number, got {shorten_for_message(value)}")
    if isinstance(value, int):
        return float(_integer(value, where))
    if not math.isfinite(value):
        raise DataValidationError(f"{where} must be finite, got {value}")
    return value


def _string(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise DataValidationError(f"{where} must be a string, got {shorten_for_message(value)}")
    if len(value) > MAX_CHARACTERS:
        raise DataValidationError(
            f"{where} has {len(value)} characters, at most {MAX_CHARACTERS} are allowed"
        )
    if _UNPRINTABLE.search(value):
        raise DataValidationError(f"{where} contains control characters or invalid Unicode")
    return value


_SCALARS = {bool: _boolean, int: _integer, float: _number, str: _string}


def _report(error: DataValidationError, problems: list[str] | None) -> None:
    if problems is None:
        raise error
    problems.append(str(error))


def _join(where: str, name: str) -> str:
    name = name if name.isidentifier() and len(name) <= 64 else shorten_for_message(name)
    return f"{where}.{name}" if where else name
