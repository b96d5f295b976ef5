"""Pause, speed, visuals, single steps and stop: numbers in shared memory that the viewer sets.

They are never lost or late, and a restarted worker finds them as they were.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.worker.shared.messages import Command, Pause, Resume, SetSpeed, SetVisuals, Step, Stop
from tetris_arcade.worker.shared.telemetry import SharedCell

_SPEED_UNIT = 1e-6


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
                self._cells[SharedCell.STEPS] += 1
            case SetSpeed(speed):
                self._cells[SharedCell.SPEED] = 0 if speed is None else round(speed / _SPEED_UNIT)
            case SetVisuals(on):
                self._cells[SharedCell.VISUALS] = int(on)
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
    def visuals(self) -> bool:
        return bool(self._cells[SharedCell.VISUALS])

    @property
    def steps(self) -> int:
        """Single steps granted since the task started."""
        return int(self._cells[SharedCell.STEPS])
