"""The garbage that one side of an attack game gets: it waits, is cancelled by attacks, and rises.

Both sides draw their holes from the seed of the game: their n-th attack has its hole in the same column.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from tetris_arcade.engine.tetromino import NUM_COLS
from tetris_arcade.realtime.auto_shift import NEVER
from tetris_arcade.realtime.modes import SECOND

WAITING_US = SECOND // 2
"""An attack cannot rise before it has been seen for so long."""
MAX_RISING_ROWS = 8
"""Rows that rise with one piece; the others stay for the next one."""
SUDDEN_DEATH_US = 120 * SECOND
"""From this time on rows come to both sides by themselves, and more each minute, so that every game ends."""
_SUDDEN_DEATH_INTERVAL_US = 6 * SECOND
_MINUTE_US = 60 * SECOND
_STREAM = 0x47415242
"""Keeps these random numbers apart from those of the pieces."""


@dataclass(frozen=True)
class Attack:
    """Rows of garbage on their way. hole: the column that stays empty. ready_us: when they can rise."""

    rows: int
    hole: int
    ready_us: int


class GarbageQueue:
    """The attacks that are on their way to one side, the oldest first.

    next_due_us: when the next rows come by themselves; NEVER outside of attack games.
    """

    def __init__(self, seed: int, *, is_attack_game: bool = False) -> None:
        self._generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, _STREAM])))
        self._attacks: deque[Attack] = deque()
        self.next_due_us = SUDDEN_DEATH_US if is_attack_game else NEVER

    @property
    def attacks(self) -> tuple[Attack, ...]:
        """What is on its way, the oldest first."""
        return tuple(self._attacks)

    @property
    def rows(self) -> int:
        """All rows that are on their way."""
        return sum(attack.rows for attack in self._attacks)

    def receive(self, rows: int, now_us: int) -> None:
        """Take an attack of the other side."""
        hole = int(self._generator.integers(NUM_COLS))
        self._attacks.append(Attack(rows, hole, now_us + WAITING_US))

    def receive_due(self) -> None:
        """The time `next_due_us` has come: take the rows that come by themselves."""
        self.receive(self.next_due_us // _MINUTE_US - 1, self.next_due_us)
        self.next_due_us += _SUDDEN_DEATH_INTERVAL_US

    def cancel(self, rows: int) -> int:
        """Cancel rows on their way, the oldest first; returns how many rows are left to attack with."""
        while rows and self._attacks:
            attack = self._attacks.popleft()
            if attack.rows > rows:
                self._attacks.appendleft(replace(attack, rows=attack.rows - rows))
                return 0
            rows -= attack.rows
        return rows

    def take_rising(self, now_us: int) -> tuple[int, ...]:
        """Remove the rows that rise now; returns the column of the hole of each, from top to bottom."""
        holes: list[int] = []
        while self._attacks and self._attacks[0].ready_us <= now_us and len(holes) < MAX_RISING_ROWS:
            attack = self._attacks.popleft()
            rows = min(attack.rows, MAX_RISING_ROWS - len(holes))
            holes += [attack.hole] * rows
            if attack.rows > rows:
                self._attacks.appendleft(replace(attack, rows=attack.rows - rows))
        return tuple(holes)
