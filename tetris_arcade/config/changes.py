"""Hyperparameters that can be changed while a training runs, and the record of such changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from tetris_arcade.config.constraints import Range, check_constraints
from tetris_arcade.config.env import check_choice

MAX_CHANGES, MAX_NOTES, MAX_NOTE_CHARACTERS = 1_000, 100, 120


@dataclass(frozen=True)
class Hyperparameter:
    """One that can be changed. fields: those of `TrainConfig` that are set, by their path.

    A schedule is replaced by a constant: its first and last value are both set. options: values to choose
    from, in order.
    """

    name: str
    fields: tuple[tuple[str, ...], ...]
    options: tuple[float, ...]


_PENALTIES = (0.0, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
HYPERPARAMETERS: Mapping[str, Hyperparameter] = {
    parameter.name: parameter
    for parameter in (
        Hyperparameter(
            "learning_rate",
            (("learning_rate",), ("final_learning_rate",)),
            (0.0, 1e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2),
        ),
        Hyperparameter("gamma", (("gamma",),), (0.0, 0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)),
        Hyperparameter(
            "exploration",
            (("initial_epsilon",), ("final_epsilon",)),
            (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0),
        ),
        Hyperparameter(
            "game_over_penalty", (("env", "game_over_penalty"),), (0.0, 1.0, 5.0, 10.0, 25.0, 50.0, 100.0)
        ),
        Hyperparameter("holes", (("env", "shaping", "holes"),), _PENALTIES),
        Hyperparameter("max_height", (("env", "shaping", "max_height"),), _PENALTIES),
        Hyperparameter("bumpiness", (("env", "shaping", "bumpiness"),), _PENALTIES),
    )
}
SHAPING_NAMES = ("holes", "max_height", "bumpiness")
"""Those that only a shaped reward has."""


@dataclass(frozen=True)
class Change:
    """A hyperparameter got another value at a timestep of a run, before the next move."""

    timesteps: Annotated[int, Range(0, 2**53)]
    name: str
    value: Annotated[float, Range(-1e6, 1e6)]

    def __post_init__(self) -> None:
        check_choice("name", self.name, HYPERPARAMETERS)
        check_constraints(self)

    def as_plain(self) -> dict[str, Any]:
        """The fields of `TrainConfig` that it sets, as nested tables."""
        plain: dict[str, Any] = {}
        for *path, last in HYPERPARAMETERS[self.name].fields:
            table = plain
            for key in path:
                table = table.setdefault(key, {})
            table[last] = self.value
        return plain


@dataclass(frozen=True)
class Note:
    """What somebody wrote about a run, at a timestep of it."""

    timesteps: Annotated[int, Range(0, 2**53)]
    text: str

    def __post_init__(self) -> None:
        check_constraints(self)
        if not 1 <= len(self.text) <= MAX_NOTE_CHARACTERS:
            raise ValueError(f"text must have 1 to {MAX_NOTE_CHARACTERS} characters, got {len(self.text)}")


def check_order(items: tuple[Change, ...] | tuple[Note, ...], what: str, max_count: int) -> None:
    """Raise ValueError if there are more than `max_count`, or if their timesteps are not in order."""
    if len(items) > max_count:
        raise ValueError(f"{what} has {len(items)} items, at most {max_count} are allowed")
    timesteps = [item.timesteps for item in items]
    if timesteps != sorted(timesteps):
        raise ValueError(f"{what} must be in the order of timesteps")
