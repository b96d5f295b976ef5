"""Pause, speed, visuals, step mode, single steps and stop: numbers in shared memory that the viewer sets.

They are never lost or late, and a restarted worker finds them as they were.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.worker.shared.messages import (
    Command,
    Pause,
    Resume,
    SetInStep,
    SetSpeed,
    SetVisuals,
    Step,
    Stop,
)
from tetris_arcade.worker.shared.telemetry import SharedCell

MAX_WATCHED_SPEED = 16.0
"""Moves per second of the game beside a training: its pieces must be seen falling."""
_SPEED_UNIT = 1e-6


def watched_speed(speed: float | None) -> float:
    """Moves per second of the game beside a training that is not in step, if the speed is set to `speed`."""
    return min(speed or MAX_WATCHED_SPEED, MAX_WATCHED_SPEED)


class Controls:
    """The controls, as both processes see them."""

    def __init__(self, cells: NDArray[np.int64]) -> None:
        self._cells = cells

    def set(self, command: Command) -> bool:
        """Apply a `ControlCommand`; return False for other commands."""
        match command:
            case Pause():
                self._cells[SharedCell.PAUSE] = 1
            case Resume():
                self._cells[SharedCell.PAUSE] = 0
            case Step():
                self._cells[SharedCell.IN_STEP] = 1
                self._cells[SharedCell.STEPS] += 1
            case SetSpeed(speed):
                self._cells[SharedCell.SPEED] = 0 if speed is None else round(speed / _SPEED_UNIT)
            case SetVisuals(on):
                self._cells[SharedCell.VISUALS] = int(on)
            case SetInStep(on):
                self._cells[SharedCell.IN_STEP] = int(on)
            case Stop():
                self._cells[SharedCell.STOP] = 1
            case _:
                return False
        return True

    @property
    def is_paused(self) -> bool:
        return bool(self._cells[SharedCell.PAUSE])

    @property
    def is_stopping(self) -> bool:
        return bool(self._cells[SharedCell.STOP])

    @property
    def speed(self) -> float | None:
        """Moves per second, None = unthrottled."""
        return int(self._cells[SharedCell.SPEED]) * _SPEED_UNIT or None

    @property
    def is_in_step(self) -> bool:
        """Whether a training waits for what is shown, see `SetInStep`."""
        return bool(self._cells[SharedCell.IN_STEP])

    @property
    def visuals(self) -> bool:
        return bool(self._cells[SharedCell.VISUALS])

    @property
    def steps(self) -> int:
        """Single steps granted since the task started."""
        return int(self._cells[SharedCell.STEPS])
