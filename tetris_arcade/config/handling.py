"""How the controls of the real-time game feel; every player likes it another way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from tetris_arcade.config.constraints import Range, check_constraints

INSTANT = 0
"""The soft-drop factor at which a piece is on the ground at once."""


@dataclass(frozen=True)
class Handling:
    """Delayed auto shift and soft drop.

    das_ms: how long a direction is held until the piece moves on by itself. arr_ms: the time from one of
    these moves to the next, 0 for all at once. soft_drop_factor: by how much gravity is faster, or INSTANT.
    """

    das_ms: Annotated[int, Range(0, 500)] = 167
    arr_ms: Annotated[int, Range(0, 200)] = 33
    soft_drop_factor: Annotated[int, Range(0, 100)] = 20

    def __post_init__(self) -> None:
        check_constraints(self)
