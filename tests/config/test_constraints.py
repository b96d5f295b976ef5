"""Constraints that are declared beside a dataclass's fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import pytest

from tetris_arcade.config.constraints import Length, Range, check_constraints

Small = Annotated[int, Range(1, 9)]


@dataclass(frozen=True)
class Example:
    name: Annotated[str, Length(1, 3)] = "abc"
    rate: Annotated[float, Range(0.0, 1.0)] = 0.5
    limit: Small | None = None
    size: tuple[Small, int] = (9, 10)
    span: tuple[Small, Small] | None = None
    free: int = 10**9

    def __post_init__(self) -> None:
        check_constraints(self)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"rate": 0.0},
        {"rate": 1.0},
        {"limit": 1},
        {"limit": 9},
        {"span": (1, 9)},
        {"name": "a"},
        {"free": -1},
    ],
)
def test_value_in_range_is_accepted(fields: dict[str, Any]) -> None:
    example = Example(**fields)
    assert all(getattr(example, name) == value for name, value in fields.items())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, "name must have 1 to 3 characters, got 0"),
        ({"name": "abcd"}, "name must have 1 to 3 characters, got 4"),
        ({"rate": 1.5}, r"rate must be 0\.\.1, got 1\.5"),
        ({"rate": float("nan")}, r"rate must be 0\.\.1, got nan"),
        ({"limit": 0}, r"limit must be 1\.\.9, got 0"),
        ({"size": (10, 10)}, r"size must be 1\.\.9, got 10"),
        ({"span": (9, 10)}, r"span must be 1\.\.9, got 10"),
    ],
)
def test_value_out_of_range_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        Example(**fields)
