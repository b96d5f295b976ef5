"""When a game of a duel is decided, and who has won it: more lines win, then more pieces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class DuelScore:
    """How far a side has come; the greater one is ahead."""

    lines: int
    pieces: int


def is_decided(scores: tuple[DuelScore, DuelScore], over: tuple[bool, bool]) -> bool:
    """Whether the result is certain: both games are over, or the one that runs is already ahead."""
    if all(over):
        return True
    return any(over[side] and scores[1 - side] > scores[side] for side in (0, 1))


def winner(scores: tuple[DuelScore, DuelScore]) -> int | None:
    """The side that is ahead, 0 or 1; None for a draw."""
    left, right = scores
    return None if left == right else 0 if left > right else 1
