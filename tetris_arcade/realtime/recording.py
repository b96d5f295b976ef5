"""Everything that makes a game: played back, it is the same game."""

from __future__ import annotations

from dataclasses import dataclass

from tetris_arcade.config.handling import Handling
from tetris_arcade.realtime.game import GameInput, RealtimeGame
from tetris_arcade.realtime.modes import GameMode


@dataclass(frozen=True)
class Recording:
    """A game as its inputs. end_us: the time at which it ended, or was left."""

    mode: GameMode
    seed: int
    level: int
    handling: Handling
    inputs: tuple[GameInput, ...]
    end_us: int

    @classmethod
    def of(cls, game: RealtimeGame) -> Recording:
        """The recording of a game so far."""
        return cls(game.mode, game.seed, game.start_level, game.handling, tuple(game.inputs), game.now_us)

    def new_game(self) -> RealtimeGame:
        """The game before its first input."""
        return RealtimeGame(self.mode, self.seed, self.handling, self.level)

    def start_playback(self) -> Playback:
        """The game before its first input, to be played on."""
        return Playback(self)

    def play_back(self) -> RealtimeGame:
        """The game after its last input, at the time of its end."""
        playback = self.start_playback()
        playback.advance(self.end_us)
        return playback.game


class Playback:
    """Plays a recording up to any later time, and no further than to its end.

    game: as it is then.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._next_input = 0
        self.game = recording.new_game()

    def advance(self, to_us: int) -> None:
        """Give the game the inputs up to a time; an earlier one changes nothing."""
        game, inputs = self.game, self._recording.inputs
        to_us = min(to_us, self._recording.end_us)
        while self._next_input < len(inputs) and inputs[self._next_input].time_us <= to_us:
            game.apply(inputs[self._next_input])
            self._next_input += 1
        game.advance(to_us)
