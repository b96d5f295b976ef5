"""How strong a model plays against a person: its pace, and how often it overlooks its best placements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from tetris_arcade.config.constraints import Range, check_constraints

_Share = Annotated[float, Range(0.0, 1.0)]


@dataclass(frozen=True)
class Handicap:
    """The shares of moves in which a player takes its second and its third best placement."""

    second_best: _Share = 0.0
    third_best: _Share = 0.0

    def __post_init__(self) -> None:
        check_constraints(self)
        if self.second_best + self.third_best > 1.0:
            raise ValueError("second_best and third_best are shares of the same moves")


@dataclass(frozen=True)
class MachineLevel:
    """A level of the machine."""

    pieces_per_second: float
    handicap: Handicap


MACHINE_LEVELS = (
    MachineLevel(0.25, Handicap(0.35, 0.25)),
    MachineLevel(0.35, Handicap(0.30, 0.20)),
    MachineLevel(0.50, Handicap(0.25, 0.15)),
    MachineLevel(0.65, Handicap(0.20, 0.12)),
    MachineLevel(0.85, Handicap(0.16, 0.08)),
    MachineLevel(1.15, Handicap(0.12, 0.05)),
    MachineLevel(1.60, Handicap(0.08, 0.03)),
    MachineLevel(2.30, Handicap(0.04, 0.01)),
    MachineLevel(4.00, Handicap()),
)
"""Levels 1 to 9 in races; `scenes/play/README.md` tells how often each of them wins."""
ATTACK_LEVELS = (
    MachineLevel(0.80, Handicap(0.00, 1.00)),
    MachineLevel(0.80, Handicap(0.20, 0.70)),
    MachineLevel(0.80, Handicap(0.30, 0.50)),
    MachineLevel(0.85, Handicap(0.35, 0.35)),
    MachineLevel(0.90, Handicap(0.30, 0.22)),
    MachineLevel(1.00, Handicap(0.22, 0.14)),
    MachineLevel(1.30, Handicap(0.14, 0.06)),
    MachineLevel(2.00, Handicap(0.06, 0.02)),
    MachineLevel(4.00, Handicap()),
)
"""Levels 1 to 9 in attack games, where a slow machine would not be a weak one: it hardly fills its board, and
outlasts a beginner. A weak one there is clumsy."""
NUM_LEVELS = len(MACHINE_LEVELS)
DEFAULT_MACHINE_LEVEL = 2
"""A beginner beats it."""


def machine_level(level: int, *, is_attack: bool = False) -> MachineLevel:
    """A level from 1 to 9, in a race or in an attack game; raises ValueError for others."""
    if not 1 <= level <= NUM_LEVELS:
        raise ValueError(f"level must be 1..{NUM_LEVELS}, got {level}")
    return (ATTACK_LEVELS if is_attack else MACHINE_LEVELS)[level - 1]
