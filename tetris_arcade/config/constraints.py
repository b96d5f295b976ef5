"""Constraints of dataclass fields, declared beside them: `height: Annotated[int, Range(4, 40)] = 20`."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Range:
    """A number from `low` to `high`, inclusive."""

    low: float
    high: float

    def check(self, name: str, value: float) -> None:
        """Raise ValueError, naming the field, if the value is out of range or NaN."""
        if not self.low <= value <= self.high:
            raise ValueError(f"{name} must be {_format(self.low)}..{_format(self.high)}, got {value}")


@dataclass(frozen=True)
class Length:
    """A string of `low` to `high` characters."""

    low: int
    high: int

    def check(self, name: str, value: str) -> None:
        """Raise ValueError, naming the field, if the string is too short or too long."""
        if not self.low <= len(value) <= self.high:
            raise ValueError(f"{name} must have {self.low} to {self.high} characters, got {len(value)}")


def check_constraints(instance: object) -> None:
    """Raise ValueError for the first field of a dataclass that violates a constraint; None is allowed."""
    for name, hint in _type_hints(type(instance)).items():  # type: ignore[arg-type]
        _check(hint, name, getattr(instance, name))


def get_constraints(hint: Any) -> list[Range | Length]:
    """The constraints of an `Annotated` type."""
    return [item for item in get_args(hint)[1:] if isinstance(item, (Range, Length))]


def _check(hint: Any, name: str, value: Any) -> None:
    """Check a value against an annotation; looks into optional values and into tuples of fixed length."""
    origin, arguments = get_origin(hint), get_args(hint)
    if value is None:
        return
    if origin is Annotated:
        for constraint in get_constraints(hint):
            constraint.check(name, value)
    elif origin in (Union, UnionType):
        for argument in arguments:
            _check(argument, name, value)
    elif origin is tuple and ... not in arguments:
        for argument, item in zip(arguments, value, strict=True):
            _check(argument, name, item)


@functools.cache
def _type_hints(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls, include_extras=True)


def _format(bound: float) -> str:
    """The bound, without decimals if whole: `typing` may replace Range(0.0, 1.0) by an equal Range(0, 1)."""
    return str(int(bound) if bound == int(bound) else bound)
