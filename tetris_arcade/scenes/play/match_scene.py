"""The base of the matches in which people play: two sides, the same pieces, the best of a few games."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from pygame import Rect

from tetris_arcade.languages import N_, _
from tetris_arcade.realtime.board import VISIBLE_ROWS
from tetris_arcade.realtime.garbage import Attack
from tetris_arcade.realtime.modes import GameMode
from tetris_arcade.scenes.base import Push, Replace, Scene, Transition
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.play.duel_layout import draw_results, draw_side_head, draw_verdict
from tetris_arcade.scenes.play.initials import InitialsScene
from tetris_arcade.scenes.play.match import MATCH_LENGTHS, DuelResult, Match, SideState, judge_game
from tetris_arcade.scenes.play.match_layout import (
    Compared,
    SideLayout,
    cut_meter,
    draw_match_panel,
    match_layout,
    meter_beside,
)
from tetris_arcade.scenes.play.person import Callout, Person
from tetris_arcade.scenes.play.person_panels import draw_callout, draw_hold, draw_next, format_time
from tetris_arcade.scenes.play.person_scene import PersonScene, new_seed
from tetris_arcade.scenes.play.result_table import ResultTable, better_result, game_result
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.widgets.garbage_meter import draw_garbage_meter
from tetris_arcade.ui.widgets.played_board import draw_played_board

_T = TypeVar("_T")
_VERDICT_SECONDS = 2.5
_NUM_COMPARED = 2


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
        self._best: tuple[int | None, ...] = (None,) * self.num_people
        """The best result of each person in this match."""
        self.next_game()

    def next_game(self) -> None:
        """Start a game of the match, with other pieces for both."""
        self._result = None
        super().restart()

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
            heading = _("{name}: {place}").format(name=self.names[person], place=heading)
        return InitialsScene(self.context, heading, save, table.is_refused)

    # --- Drawing ---

    @property
    def names(self) -> tuple[str, str]:
        """Of the first person and of the opponent."""
        raise NotImplementedError

    def draw_first(self, canvas: Canvas, layout: SideLayout, board: Rect) -> Rect:
        """Draw the first person's side; returns the rectangle of the board's cells."""
        return self.draw_person_side(canvas, layout, board, self._people[0])

    def draw_opponent(self, canvas: Canvas, layout: SideLayout, board: Rect) -> Rect:
        """Draw the opponent's side; returns the rectangle of the board's cells."""
        raise NotImplementedError

    @property
    def waiting_attacks(self) -> tuple[tuple[Attack, ...], tuple[Attack, ...]]:
        """The garbage on its way to the first person and to the opponent."""
        raise NotImplementedError

    def draw(self, canvas: Canvas) -> None:
        left = self._left_first
        names, lines = left(self.names), left([state.lines for state in self.side_states])
        effects = left(self.effects)
        match = self._match if self._side == 0 else self._match.swapped()
        ahead = left(self.sent) if self._mode.has_attacks else lines
        layout = match_layout(canvas, names, _NUM_COMPARED)
        wells = []
        for side, draw in enumerate(left([self.draw_first, self.draw_opponent])):
            places = layout.sides[side]
            is_ahead = ahead[side] > ahead[1 - side]
            draw_side_head(canvas, places.head, names, side, is_ahead=is_ahead, effects=effects[side])
            well = draw(canvas, places, cut_meter(canvas, places.board, side)[1])
            if self._mode.has_attacks:
                self._draw_meter(canvas, well, side)
            if self._result is not None:
                draw_verdict(canvas, well, match, side, effects[side])
            wells.append(well)
        draw_match_panel(
            canvas, layout.center, match, _(self._mode.name), self._time_text(), self._compared(names=names)
        )
        draw_results(canvas, layout.results, match.results)
        self._explain(canvas, wells, layout.center)

    def _left_first(self, both: Sequence[_T]) -> tuple[_T, _T]:
        """What belongs to the left and to the right side, of the first person and the opponent."""
        first, opponent = both
        return (opponent, first) if self._side else (first, opponent)

    def _compared(self, names: Sequence[str]) -> list[Compared]:
        numbers = self._left_first([state.lines for state in self.side_states])
        lines = Compared(_("lines"), *numbers, counts_lines=True)
        if self._mode.has_attacks:
            return [Compared(_("sent"), *self._left_first(self.sent)), lines]
        return [lines, Compared(_("pieces"), *self._left_first(self.pieces))]

    @property
    def pieces(self) -> tuple[int, int]:
        """The pieces that the first person and the opponent have placed."""
        raise NotImplementedError

    def _draw_meter(self, canvas: Canvas, well: Rect, side: int) -> None:
        attacks = self._left_first(self.waiting_attacks)[side]
        meter = meter_beside(canvas, well, side)
        draw_garbage_meter(canvas, meter, attacks, self._elapsed_us, VISIBLE_ROWS)
        canvas.explain(meter, _("Garbage on its way: clear two lines or more to cancel it"))

    def draw_person_side(self, canvas: Canvas, layout: SideLayout, board: Rect, person: Person) -> Rect:
        """Draw what one person sees; returns the rectangle of the board's cells."""
        well = draw_played_board(canvas, board, person.board, dim=self.hides_board)
        draw_hold(canvas, layout.hold, person.game)
        draw_next(canvas, layout.next, person.game, is_hidden=self.hides_board)
        self.draw_start(canvas, well)
        self.draw_callout(canvas, well, person.callout)
        return well

    def draw_callout(self, canvas: Canvas, well: Rect, callout: Callout | None) -> None:
        """Draw over a board what its last placement is called."""
        if self._countdown <= 0 and self._result is None and not self.hides_board:
            place = Rect(well.x, well.y + well.height // 12, well.width, well.height // 3)
            draw_callout(canvas, place, callout)

    def _time_text(self) -> str:
        left = self.game.time_left_us
        return format_time(self.game.now_us if left is None else left)

    def _explain(self, canvas: Canvas, wells: Sequence[Rect], center: Rect) -> None:
        for well, name in zip(wells, self._left_first(self.names), strict=True):
            canvas.explain(well, _("The board of {name}: both get the same pieces").format(name=name))
        canvas.explain(center, _(self._mode.description))
