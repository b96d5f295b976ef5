"""Everything that makes a game: played back, it is the same game."""

from __future__ import annotations

from dataclasses import dataclass

from tetris_arcade.config.handling import Handling
from tetris_arcade.realtime.game import RealtimeGame, TimedInput
from tetris_arcade.realtime.modes import GameMode


@dataclass(frozen=True)
class Recording:
    """A game as its inputs. end_us: the time at which it ended, or was left."""

    mode: GameMode
    seed: int
    level: int
    handling: Handling
    inputs: tuple[TimedInput, ...]
    end_us: int

    @classmethod
    def of(cls, game: RealtimeGame) -> Recording:
        """The recording of a game so far."""
        return cls(game.mode, game.seed, game.start_level, game.handling, tuple(game.inputs), game.now_us)

    def new_game(self) -> RealtimeGame:
        """The game before its first input."""
        return RealtimeGame(self.mode, self.seed, self.handling, self.level)

    def play_back(self) -> RealtimeGame:
        """The game after its last input, at the time of its end."""
        game = self.new_game()
        for timed in self.inputs:
            game.advance(timed.time_us)
            (game.press if timed.is_down else game.release)(timed.control)
        game.advance(self.end_us)
        return game
