"""The base of the matches in which people play: two sides, the same pieces, the best of a few games."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pygame import Rect

from tetris_arcade.languages import N_, _
from tetris_arcade.realtime.garbage import Attack
from tetris_arcade.realtime.machine_recording import MachineRecording
from tetris_arcade.realtime.match_recording import MatchRecording
from tetris_arcade.realtime.modes import GameMode
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.realtime.stored_games import stored_match
from tetris_arcade.scenes.base import Push, Replace, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.initials import InitialsScene
from tetris_arcade.scenes.play.match import MATCH_LENGTHS, DuelResult, Match, SideState, judge_game
from tetris_arcade.scenes.play.match_layout import SideLayout
from tetris_arcade.scenes.play.match_replay import PlayedMatch
from tetris_arcade.scenes.play.match_view import (
    DrawSide,
    MatchHead,
    MatchSide,
    draw_match,
    draw_person_side,
    draw_side_callout,
)
from tetris_arcade.scenes.play.person import Callout, Person
from tetris_arcade.scenes.play.person_panels import format_time
from tetris_arcade.scenes.play.person_scene import PersonScene, new_seed
from tetris_arcade.scenes.play.result_table import ResultTable, better_result, game_result
from tetris_arcade.scenes.play.save_game import save_if_worth_it
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import BoardEffects

_T = TypeVar("_T")
_VERDICT_SECONDS = 2.5


class MatchScene(PersonScene):
    """Plays games of a form until one side has won the match; then `menu` says what is next.

    num_games: how many games there are at most. make_seed: gives each game its pieces.
    """

    title = N_("Match")
    restart_text = N_("new match")

    def __init__(
        self,
        context: Context,
        mode: GameMode,
        num_games: int = MATCH_LENGTHS[0],
        make_seed: Callable[[], int] = new_seed,
    ) -> None:
        self._mode, self._num_games, self._make_seed = mode, num_games, make_seed
        self._side = 0
        """Where the first person is: 0 on the left, 1 on the right."""
        self._match: Match
        self._result: DuelResult | None = None
        self._played: list[PlayedMatch] = []
        super().__init__(context)

    # --- What a match makes of it ---

    @property
    def side_states(self) -> tuple[SideState, SideState]:
        """How the first person and the opponent stand."""
        raise NotImplementedError

    @property
    def sent(self) -> tuple[int, int]:
        """The rows of garbage that the first person and the opponent have sent."""
        raise NotImplementedError

    @property
    def effects(self) -> tuple[BoardEffects, BoardEffects]:
        """Of the boards of the first person and the opponent."""
        raise NotImplementedError

    def follow_opponent(self, dt: float) -> None:
        """Called in each frame, after the people's games have advanced."""

    @property
    def opponent(self) -> Recording | MachineRecording:
        """What the opponent has played up to now."""
        raise NotImplementedError

    def menu(self, match: Match) -> Scene:
        """What follows the match."""
        raise NotImplementedError

    # --- The match ---

    @property
    def num_games(self) -> int:
        """How many games the next match has at most."""
        return self._num_games

    @num_games.setter
    def num_games(self, num_games: int) -> None:
        self._num_games = num_games

    def restart(self) -> None:
        """Start a new match."""
        self._match = Match(num_games=self._num_games)
        self._played = []
        self._best: tuple[int | None, ...] = (None,) * self.num_people
        """The best result of each person in this match."""
        self.next_game()

    def next_game(self) -> None:
        """Start a game of the match, with other pieces for both."""
        self._result = None
        super().restart()

    @property
    def played(self) -> Sequence[PlayedMatch]:
        """The games of this match, the oldest first."""
        return self._played

    def save_game(self) -> Path | None:
        opponent = self.opponent
        lines = max(person.game.tally.lines for person in self._people)
        file = save_if_worth_it(self.context, stored_match(self.game, opponent), lines)
        self._played.append(PlayedMatch(MatchRecording(Recording.of(self.game), opponent), file))
        return file

    def swap_sides(self) -> None:
        """The first person plays on the other side from now on."""
        self._side = 1 - self._side

    @property
    def is_over(self) -> bool:
        return self._result is not None

    def update(self, now: float, dt: float) -> Transition | None:
        transition = super().update(now, dt)
        if not self._is_covered:
            self.follow_opponent(dt)
        if self._result is None and self._countdown <= 0:
            self._note_result(judge_game(self._mode, *self.side_states))
        return transition

    def _note_result(self, result: DuelResult | None) -> None:
        if result is None:
            return
        self._result, self._match = result, self._match.with_result(result)
        results = (game_result(person.game) for person in self._people)
        self._best = tuple(better_result(self._mode, *both) for both in zip(self._best, results, strict=True))
        if result.winner is not None:
            self.effects[result.winner].celebrate()
            self.effects[1 - result.winner].lose()
        if self.game.end is None:  # otherwise the game has sounded its end
            self.context.audio.play("best" if result.winner == 0 else "over")

    def after_end(self, seconds: float) -> Transition | None:
        if seconds < _VERDICT_SECONDS:
            return None
        if not self._match.is_over:
            self.next_game()
            return None
        return Push(self._after_match(list(enumerate(self._best))))

    def _after_match(self, results: Sequence[tuple[int, int | None]]) -> Scene:
        """The letters of each person whose best game is good enough for a table, then the menu."""
        if not results or self.context.another_program_writes:
            return self.menu(self._match)
        (person, result), *others = results
        table = None if result is None else ResultTable(self.context, self._mode, result)
        if table is None or not table.ranks:
            return self._after_match(others)

        def save(name: str | None) -> Transition:
            if name is not None:
                table.save(name)
            return Replace(self._after_match(others))

        heading = table.heading
        if len(self._people) > 1:
            heading = _("{name}: {place}").format(name=self.names[person].upper(), place=heading)
        return InitialsScene(self.context, heading, save, table.is_refused)

    # --- Drawing ---

    @property
    def names(self) -> tuple[str, str]:
        """Of the first person and of the opponent."""
        raise NotImplementedError

    def draw_opponent(self, canvas: Canvas, layout: SideLayout, board: Rect) -> Rect:
        """Draw the opponent's side; returns the rectangle of the board's cells."""
        raise NotImplementedError

    @property
    def waiting_attacks(self) -> tuple[tuple[Attack, ...], tuple[Attack, ...]]:
        """The garbage on its way to the first person and to the opponent."""
        raise NotImplementedError

    @property
    def pieces(self) -> tuple[int, int]:
        """The pieces that the first person and the opponent have placed."""
        raise NotImplementedError

    def draw(self, canvas: Canvas) -> None:
        match = self._match if self._side == 0 else self._match.swapped()
        head = MatchHead(
            _("Best of {games}").format(games=match.num_games),
            "{} : {}".format(*match.wins),
            self._time_text(),
        )
        draw_match(
            canvas,
            self._left_first(self._sides),
            self._mode,
            head,
            self._elapsed_us,
            match,
            is_decided=self._result is not None,
        )

    @property
    def _sides(self) -> tuple[MatchSide, MatchSide]:
        """What is shown of the first person and of the opponent."""
        return self._shown(0, self._draw_first), self._shown(1, self.draw_opponent)

    def _shown(self, side: int, draw: DrawSide) -> MatchSide:
        """What is shown of the first person (0) or of the opponent (1)."""
        lines = self.side_states[side].lines
        waiting = self.waiting_attacks[side]
        effects = self.effects[side]
        return MatchSide(self.names[side], lines, self.pieces[side], self.sent[side], waiting, effects, draw)

    def _left_first(self, both: tuple[_T, _T]) -> tuple[_T, _T]:
        """What belongs to the left and to the right side, of the first person and the opponent."""
        first, opponent = both
        return (opponent, first) if self._side else (first, opponent)

    def _draw_first(self, canvas: Canvas, layout: SideLayout, board: Rect) -> Rect:
        return self.draw_side_of(canvas, layout, board, self._people[0])

    def draw_side_of(self, canvas: Canvas, layout: SideLayout, board: Rect, person: Person) -> Rect:
        """Draw a person's side with the countdown; returns the rectangle of the board's cells."""
        well = draw_person_side(canvas, layout, board, person, is_hidden=self.hides_board)
        self.draw_start(canvas, well)
        self.draw_callout(canvas, well, person.callout)
        return well

    def draw_callout(self, canvas: Canvas, well: Rect, callout: Callout | None) -> None:
        """Draw over a board what its last placement is called."""
        if self._countdown <= 0 and self._result is None and not self.hides_board:
            draw_side_callout(canvas, well, callout)

    def _time_text(self) -> str:
        left = self.game.time_left_us
        return format_time(self.game.now_us if left is None else left)
