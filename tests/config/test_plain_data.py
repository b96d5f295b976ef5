"""Conversion of dataclasses to plain data and back."""

import contextlib
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tetris_arcade.config.constraints import Range
from tetris_arcade.config.plain_data import DataValidationError, check_plain, from_plain, to_plain


@dataclass(frozen=True)
class Inner:
    count: int = 1

    def __post_init__(self) -> None:
        if self.count > 9:
            raise ValueError(f"count must be at most 9, got {self.count}")


@dataclass(frozen=True)
class Outer:
    name: str
    rate: float = 0.5
    is_on: bool = False
    mode: Literal["a", "b"] = "a"
    size: tuple[int, int] = (1, 2)
    names: tuple[str, ...] = ()
    limit: int | None = None
    share: Annotated[float, Range(0, 1)] | None = None
    inner: Inner = field(default_factory=Inner)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


OUTER = Outer(
    "x", 1.5, True, "b", (3, 4), ("p", "q"), 7, 0.5, Inner(2), {"UP": ("w", "up")}, {"deep": [1, {"a": None}]}
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=5), children, max_size=4)
    ),
    max_leaves=12,
)


def test_dataclass_round_trip():
    assert from_plain(Outer, to_plain(OUTER)) == OUTER
    assert from_plain(Outer, to_plain(Outer("y"))) == Outer("y")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": 3}, "name must be a string, got 3"),
        ({"name": "a\x00b"}, "control characters"),
        ({"name": "\ud800"}, "invalid Unicode"),
        ({"name": "x" * 5_000}, "5000 characters"),
        ({"rate": "fast"}, "rate must be a number"),
        ({"rate": float("nan")}, "rate must be finite"),
        ({"rate": True}, "rate must be a number"),
        ({"is_on": 1}, "is_on must be true or false"),
        ({"mode": "c"}, "mode must be one of a, b, got 'c'"),
        ({"mode": ["a"]}, "mode must be one of"),
        ({"size": [1]}, "size must have 2 items, got 1"),
        ({"size": "12"}, "size must be a list"),
        ({"names": [1]}, "names must be a string"),
        ({"limit": 1.5}, "limit must be a whole number"),
        ({"limit": 2**80}, "limit is out of range"),
        ({"share": 1.5}, "share must be 0..1, got 1.5"),
        ({"share": True}, "share must be a number, got True"),
        ({"inner": []}, "inner must be a table"),
        ({"inner": {"count": 10}}, "inner: count must be at most 9"),
        ({"inner": {"size": 10}}, "inner.size is not known"),
        ({"keys": {"UP": "w"}}, "keys.UP must be a list"),
        ({"more": {"a": float("inf")}}, "more.a must be finite"),
        ({"extra": 1}, "extra is not known"),
    ],
)
def test_invalid_field_is_named(change, message):
    with pytest.raises(DataValidationError) as caught:
        from_plain(Outer, {**to_plain(OUTER), **change})
    assert message in str(caught.value)


def test_missing_field_is_refused():
    with pytest.raises(DataValidationError, match=r"^name is missing$"):
        from_plain(Outer, {"rate": 1.0})


def test_problems_keep_valid_fields():
    problems: list[str] = []
    data = {"extra": 1, "name": "x", "share": 2, "rate": "fast", "inner": {"count": 99}, "size": [5, 6]}
    assert from_plain(Outer, data, problems=problems) == Outer("x", size=(5, 6))
    assert problems == [
        "extra is not known",
        "rate must be a number, got 'fast'",
        "share must be 0..1, got 2.0",
        "inner: count must be at most 9, got 99",
    ]


@given(data=PLAIN)
def test_any_data_is_converted_or_refused(data):
    for problems in (None, []):
        with contextlib.suppress(DataValidationError):
            fitting = from_plain(Outer, data, problems=problems)
            assert from_plain(Outer, to_plain(fitting)) == fitting


@given(data=PLAIN)
def test_checked_data_is_unchanged(data):
    with contextlib.suppress(DataValidationError):
        assert check_plain(data, "it") == data


def test_deep_nesting_is_refused():
    nest: Any = 1
    for _ in range(100_000):
        nest = [nest]
    with pytest.raises(DataValidationError, match="nested too deeply"):
        check_plain(nest, "it")
