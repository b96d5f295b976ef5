"""A model's side of a game against a person, to be seen again: its boards as shown, and what it sent."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tetris_arcade.engine.displayed_board import DisplayedBoard
from tetris_arcade.realtime.machine_side import Landing, MachineInput, MachineSide
from tetris_arcade.realtime.modes import SECOND, GameMode


@dataclass(frozen=True)
class TimedBoard:
    """A board that was shown from a time of the game on."""

    time_us: int
    board: DisplayedBoard

    @classmethod
    def copied(cls, time_us: int, board: DisplayedBoard) -> TimedBoard:
        """A board whose arrays may change, as it is now."""
        cells, values = board.cells.copy(), board.values.copy()
        return cls(time_us, replace(board, cells=cells, values=values, insight=None))


@dataclass(frozen=True)
class MachineRecording:
    """A model's side. boards, inputs: in the order of their times. end_us: when the game ended."""

    model: str
    level: int
    mode: GameMode
    seed: int
    boards: tuple[TimedBoard, ...]
    inputs: tuple[MachineInput, ...]
    end_us: int

    def start_playback(self) -> MachinePlayback:
        """The side before its first input, to be played on."""
        return MachinePlayback(self)


class MachinePlayback:
    """Plays a side up to any later time, and no further than to its end.

    side: as it is then. board: what was shown then, None before the first board.
    """

    def __init__(self, recording: MachineRecording) -> None:
        self._recording = recording
        self._next_board = self._next_input = 0
        self._now_us = 0
        self._shown: TimedBoard | None = None
        self.side = MachineSide(recording.mode, recording.seed)

    def advance(self, to_us: int) -> list[Landing]:
        """Go to a time; returns what has landed since the last call. An earlier time changes nothing."""
        boards, inputs, landings = self._recording.boards, self._recording.inputs, []
        self._now_us = max(self._now_us, min(to_us, self._recording.end_us))
        while self._next_input < len(inputs) and inputs[self._next_input].time_us <= self._now_us:
            landing = self.side.apply(inputs[self._next_input])
            landings += [] if landing is None else [landing]
            self._next_input += 1
        self.side.advance(self._now_us)
        while self._next_board < len(boards) and boards[self._next_board].time_us <= self._now_us:
            self._shown = boards[self._next_board]
            self._next_board += 1
        return landings

    @property
    def board(self) -> DisplayedBoard | None:
        return None if self._shown is None else self._shown.board

    @property
    def progress(self) -> float:
        """Of the move that is shown, 0..1."""
        if self._shown is None or self._shown.board.move_seconds <= 0.0:
            return 1.0
        passed = (self._now_us - self._shown.time_us) / SECOND
        return min(1.0, passed / self._shown.board.move_seconds)
