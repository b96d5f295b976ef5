"""The side of a model in a game against a person: what its placements are, send and cancel.

The model plays on a board of its own, elsewhere. It is told which rows of garbage rise on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from tetris_arcade.realtime.attack import attack_rows
from tetris_arcade.realtime.game import ReceivedGarbage
from tetris_arcade.realtime.garbage import GarbageQueue
from tetris_arcade.realtime.modes import GameMode
from tetris_arcade.realtime.scoring import ClearChain, Placement


@dataclass(frozen=True)
class LandedPlacement:
    """A placement of the model that lands at a time. all_clear: whether the board is empty after it."""

    time_us: int
    lines: int
    all_clear: bool = False


MachineInput = LandedPlacement | ReceivedGarbage


@dataclass(frozen=True)
class Landing:
    """What follows from a placement.

    sent: rows for the other side. cancelled: rows from there. holes: of the rows that rise now, from top to
    bottom.
    """

    placement: Placement
    sent: int = 0
    cancelled: int = 0
    holes: tuple[int, ...] = ()


class MachineSide:
    """Follows a model's placements. A model makes no spins, because it only drops pieces.

    lines, pieces: of what has landed. sent: rows of garbage that have reached the other side. inputs: all
    that has landed and was received; with the same seed and inputs a side is the same.
    """

    def __init__(self, mode: GameMode, seed: int) -> None:
        self._has_attacks = mode.has_attacks
        self._chain = ClearChain()
        self.garbage = GarbageQueue(seed, is_attack_game=mode.has_attacks)
        self.lines = self.pieces = self.sent = 0
        self.inputs: list[MachineInput] = []

    def advance(self, to_us: int) -> None:
        """Let time pass up to a moment."""
        while self.garbage.next_due_us <= to_us:
            self.garbage.receive_due()

    def receive(self, rows: int, now_us: int) -> None:
        """Take an attack of the other side now."""
        self.advance(now_us)
        self.inputs.append(ReceivedGarbage(now_us, rows))
        self.garbage.receive(rows, now_us)

    def land(self, lines: int, now_us: int, *, all_clear: bool) -> Landing:
        """Take the placement that has landed now. all_clear: whether the board is empty after it."""
        self.advance(now_us)
        self.inputs.append(LandedPlacement(now_us, lines, all_clear))
        self.lines += lines
        self.pieces += 1
        placement = self._chain.judge(lines, "none", all_clear=all_clear)
        if not self._has_attacks:
            return Landing(placement)
        if not lines:
            return Landing(placement, holes=self.garbage.take_rising(now_us))
        attack = attack_rows(placement)
        sent = self.garbage.cancel(attack)
        self.sent += sent
        return Landing(placement, sent, attack - sent)

    def apply(self, given: MachineInput) -> Landing | None:
        """Take an input at its time; returns what follows from a placement."""
        if isinstance(given, ReceivedGarbage):
            self.receive(given.rows, given.time_us)
            return None
        return self.land(given.lines, given.time_us, all_clear=given.all_clear)
