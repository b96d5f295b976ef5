"""A match of two sides: the best of three or five games."""

from __future__ import annotations

from dataclasses import dataclass

from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import GameMode

MATCH_LENGTHS = (3, 5)
"""How many games a match can have at most."""
NUM_GAMES = 5


@dataclass(frozen=True)
class DuelResult:
    """The result of a game as (left, right); `winner` is 0 or 1, or None for a draw."""

    lines: tuple[int, int]
    winner: int | None

    def swapped(self) -> DuelResult:
        """The same result with the sides swapped."""
        return DuelResult(self.lines[::-1], None if self.winner is None else 1 - self.winner)


@dataclass(frozen=True)
class Match:
    """The results of a match, the newest first. More than half of the games won end it, and so do all games.

    num_games: how many games there are at most.
    """

    results: tuple[DuelResult, ...] = ()
    num_games: int = NUM_GAMES

    @property
    def wins(self) -> tuple[int, int]:
        """The games that left and right have won; a draw counts for neither."""
        left, right = (sum(result.winner == side for result in self.results) for side in (0, 1))
        return left, right

    @property
    def is_over(self) -> bool:
        return max(self.wins) > self.num_games // 2 or len(self.results) >= self.num_games

    @property
    def winner(self) -> int | None:
        """The side with more wins, None if there is none."""
        left, right = self.wins
        return None if left == right else 0 if left > right else 1

    def with_result(self, result: DuelResult) -> Match:
        return Match((result, *self.results), self.num_games)

    def swapped(self) -> Match:
        """The same match with the sides swapped."""
        return Match(tuple(result.swapped() for result in self.results), self.num_games)


@dataclass(frozen=True)
class SideState:
    """How one side stands. has_lost: it topped out. has_finished: it reached the goal or the end of time."""

    lines: int
    has_lost: bool
    has_finished: bool

    @classmethod
    def of(cls, game: RealtimeGame) -> SideState:
        """How a person's game stands."""
        end = game.end
        is_finished = end is not None and end.is_finished
        return cls(game.tally.lines, end is not None and not is_finished, is_finished)

    @classmethod
    def of_machine(cls, mode: GameMode, lines: int, *, is_over: bool) -> SideState:
        """How a model's game stands. is_over: whether it topped out."""
        return cls(lines, is_over, mode.goal_lines is not None and lines >= mode.goal_lines)


def judge_game(mode: GameMode, left: SideState, right: SideState) -> DuelResult | None:
    """The result of a game, None while it is not decided."""
    lines = left.lines, right.lines
    if left.has_lost or right.has_lost:
        return DuelResult(lines, _only(right.has_lost, left.has_lost))
    if not (left.has_finished or right.has_finished):
        return None
    if mode.goal_lines is not None:
        return DuelResult(lines, _only(left.has_finished, right.has_finished))
    return DuelResult(lines, _only(lines[0] > lines[1], lines[1] > lines[0]))


def _only(left: bool, right: bool) -> int | None:
    """The side for which alone something is true."""
    return None if left == right else int(right)
