"""Delayed auto shift: when a held direction moves the piece by itself."""

from __future__ import annotations

from tetris_arcade.config.handling import Handling
from tetris_arcade.realtime.controls import Control

NEVER = 2**62
"""A time that does not come, in microseconds."""
_DIRECTIONS = {Control.MOVE_LEFT: -1, Control.MOVE_RIGHT: 1}
_MS = 1_000


class AutoShift:
    """Follows the two directions. The one pressed last counts; when it is released while the other is still
    held, the other one restarts its delay.

    direction: -1, 0 or 1. due_at: when the piece has to move by itself. A charge lasts from piece to piece.
    """

    def __init__(self, handling: Handling) -> None:
        self._das_us, self._arr_us = handling.das_ms * _MS, handling.arr_ms * _MS
        self._held: list[Control] = []
        self._is_charged = False
        self.due_at = NEVER

    @property
    def direction(self) -> int:
        return _DIRECTIONS[self._held[-1]] if self._held else 0

    @property
    def slides(self) -> bool:
        """Whether the piece goes as far as it can, at any time."""
        return self._is_charged and self._arr_us == 0

    def press(self, control: Control, now_us: int) -> int:
        """Note a press of a direction; returns where the piece moves at once, -1 or 1."""
        self._held.append(control)
        self._start(now_us)
        return self.direction

    def release(self, control: Control, now_us: int) -> None:
        was_active = bool(self._held) and self._held[-1] is control
        self._held = [held for held in self._held if held is not control]
        if was_active:
            self._start(now_us)

    def run_due(self) -> None:
        """The time `due_at` has come: set the next one."""
        self._is_charged = True
        self.due_at = NEVER if self._arr_us == 0 else self.due_at + self._arr_us

    def _start(self, now_us: int) -> None:
        self._is_charged = False
        self.due_at = now_us + self._das_us if self._held else NEVER
