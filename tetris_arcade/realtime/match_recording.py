"""A game of two sides, to be seen again."""

from __future__ import annotations

from dataclasses import dataclass

from tetris_arcade.realtime.machine_recording import MachinePlayback, MachineRecording
from tetris_arcade.realtime.modes import GameMode
from tetris_arcade.realtime.recording import Playback, Recording


@dataclass(frozen=True)
class MatchRecording:
    """What the first person played, and the second person or a model at the same time."""

    first: Recording
    opponent: Recording | MachineRecording

    @property
    def mode(self) -> GameMode:
        return self.first.mode

    @property
    def people(self) -> tuple[Recording, ...]:
        """What people played."""
        return (self.first, self.opponent) if isinstance(self.opponent, Recording) else (self.first,)

    @property
    def end_us(self) -> int:
        """The time at which the game ended."""
        return max(self.first.end_us, self.opponent.end_us)

    def start_playback(self) -> MatchPlayback:
        """Both sides before their first inputs, to be played on."""
        return MatchPlayback(self.first.start_playback(), self.opponent.start_playback())


@dataclass(frozen=True)
class MatchPlayback:
    """Plays both sides up to any later time, and no further than to their end."""

    first: Playback
    opponent: Playback | MachinePlayback

    def advance(self, to_us: int) -> None:
        """Go to a time; an earlier one changes nothing."""
        self.first.advance(to_us)
        self.opponent.advance(to_us)
