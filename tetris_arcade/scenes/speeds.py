"""The ladder of speeds in moves per second; the last rung, None, is full speed."""

from __future__ import annotations

from tetris_arcade.languages import _, format_number
from tetris_arcade.worker.shared.controls import MAX_WATCHED_SPEED

Ladder = tuple[float | None, ...]
LADDER: Ladder = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, None)
WATCHED_LADDER: Ladder = tuple(rung for rung in LADDER if rung is not None and rung <= MAX_WATCHED_SPEED)
"""Of the game beside a training, whose pieces are always seen falling."""


def faster(speed: float | None, ladder: Ladder = LADDER) -> float | None:
    """The next rung up; the highest rung stays."""
    if speed is None:
        return ladder[-1]
    return next((rung for rung in ladder if rung is None or rung > speed), ladder[-1])


def slower(speed: float | None, ladder: Ladder = LADDER) -> float | None:
    """The next rung down; the lowest rung stays."""
    top = ladder[-1]
    if speed is None or (top is not None and speed > top):
        return ladder[-2]
    return next((rung for rung in reversed(ladder) if rung is not None and rung < speed), ladder[0])


def speed_name(speed: float | None) -> str:
    """The speed as the screen shows it."""
    return _("full speed") if speed is None else _("{speed}/s").format(speed=format_number(speed, "g"))
