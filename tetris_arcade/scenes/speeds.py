"""The ladder of speeds in moves per second; the last rung, None, is full speed."""

from __future__ import annotations

from tetris_arcade.languages import _, format_number

LADDER: tuple[float | None, ...] = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, None)


def faster(speed: float | None) -> float | None:
    """The next rung up; full speed stays."""
    return None if speed is None else next((rung for rung in LADDER if rung is None or rung > speed), None)


def slower(speed: float | None) -> float | None:
    """The next rung down; the lowest rung stays."""
    if speed is None:
        return LADDER[-2]
    return next((rung for rung in reversed(LADDER) if rung is not None and rung < speed), LADDER[0])


def speed_name(speed: float | None) -> str:
    """The speed as the screen shows it."""
    return _("full speed") if speed is None else _("{speed}/s").format(speed=format_number(speed, "g"))
