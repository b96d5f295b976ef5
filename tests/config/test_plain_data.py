import contextlib
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    inner: Inner = field(default_factory=Inner)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


OUTER = Outer(
    "x", 1.5, True, "b", (3, 4), ("p", "q"), 7, Inner(2), {"UP": ("w", "up")}, {"deep": [1, {"a": None}]}
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=5), children, max_size=4)
    ),
    max_leaves=12,
)


def test_a_dataclass_comes_back_as_it_was():
    assert from_plain(Outer, to_plain(OUTER)) == OUTER
    assert from_plain(Outer, to_plain(Outer("y"))) == Outer("y")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": 3}, "name must be a text, got 3"),
        ({"name": "a\x00b"}, "control characters"),
        ({"name": "\ud800"}, "broken Unicode"),
        ({"name": "x" * 5_000}, "5000 characters"),
        ({"rate": "fast"}, "rate must be a number"),
        ({"rate": float("nan")}, "rate must be finite"),
        ({"rate": True}, "rate must be a number"),
        ({"is_on": 1}, "is_on must be true or false"),
        ({"mode": "c"}, "mode must be one of a, b, got 'c'"),
        ({"mode": ["a"]}, "mode must be one of"),
        ({"size": [1]}, "size must have 2 items, got 1"),
        ({"size": "12"}, "size must be a list"),
        ({"names": [1]}, "names must be a text"),
        ({"limit": 1.5}, "limit must be a whole number"),
        ({"limit": 2**80}, "limit is out of range"),
        ({"inner": []}, "inner must be a table"),
        ({"inner": {"count": 10}}, "inner: count must be at most 9"),
        ({"inner": {"size": 10}}, "inner.size is not known"),
        ({"keys": {"UP": "w"}}, "keys.UP must be a list"),
        ({"more": {"a": float("inf")}}, "more.a must be finite"),
        ({"extra": 1}, "extra is not known"),
    ],
)
def test_what_does_not_fit_is_named(change, message):
    with pytest.raises(DataValidationError) as caught:
        from_plain(Outer, {**to_plain(OUTER), **change})
    assert message in str(caught.value)


def test_a_field_without_default_must_be_there():
    with pytest.raises(DataValidationError, match="lacks"):
        from_plain(Outer, {"rate": 1.0})


def test_with_problems_listed_the_good_fields_are_kept():
    problems: list[str] = []
    data = {"name": "x", "rate": "fast", "extra": 1, "inner": {"count": 99}, "size": [5, 6]}
    assert from_plain(Outer, data, problems=problems) == Outer("x", size=(5, 6))
    assert len(problems) == 3


@given(data=PLAIN)
def test_any_data_fits_or_is_refused(data):
    for problems in (None, []):
        with contextlib.suppress(DataValidationError):
            fitting = from_plain(Outer, data, problems=problems)
            assert from_plain(Outer, to_plain(fitting)) == fitting


@given(data=PLAIN)
def test_plain_data_stays_what_it_was(data):
    with contextlib.suppress(DataValidationError):
        assert check_plain(data, "it") == data


def test_a_deep_nest_is_refused_without_recursion():
    nest: Any = 1
    for _ in range(100_000):
        nest = [nest]
    with pytest.raises(DataValidationError, match="nested too deeply"):
        check_plain(nest, "it")
