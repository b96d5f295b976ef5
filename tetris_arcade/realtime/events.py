"""What happens in a game, for those who show it or sound it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tetris_arcade.realtime.falling_piece import FallingPiece
from tetris_arcade.realtime.scoring import Placement


@dataclass(frozen=True)
class Moved:
    """The piece was moved sideways by the player, or rotated."""

    is_rotation: bool = False


@dataclass(frozen=True)
class Held:
    """The piece was exchanged with the held one."""


@dataclass(frozen=True)
class Locked:
    """A piece locked. rows: on the board as it was, which were cleared. fallen_rows: by a hard drop."""

    piece: FallingPiece
    placement: Placement
    rows: tuple[int, ...]
    points: int
    fallen_rows: int = 0


@dataclass(frozen=True)
class Attacked:
    """A placement sent garbage. rows: that reach the other side. cancelled: rows that came from there."""

    rows: int
    cancelled: int


@dataclass(frozen=True)
class GarbageRose:
    """Rows of garbage came in from below."""

    rows: int


@dataclass(frozen=True)
class LevelRaised:
    level: int


EndReason = Literal["goal", "time", "block out", "lock out", "top out"]


@dataclass(frozen=True)
class Ended:
    """The game is over: its goal is reached, its time is up, or the board is full."""

    reason: EndReason

    @property
    def is_finished(self) -> bool:
        """Whether it was played to its end."""
        return self.reason in ("goal", "time")


GameEvent = Moved | Held | Locked | Attacked | GarbageRose | LevelRaised | Ended
