"""A game for one person: marathon, 40 lines or two minutes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from tetris_arcade.languages import _, pgettext
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import GameMode
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.scenes.base import KeyBinding, Push, Replace, Scene, Transition, bind
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry
from tetris_arcade.scenes.play.coach import Coach
from tetris_arcade.scenes.play.game_menus import ResultMenu
from tetris_arcade.scenes.play.game_replay import GameReplayScene
from tetris_arcade.scenes.play.initials import InitialsScene
from tetris_arcade.scenes.play.person_panels import (
    CONTROL_HINTS,
    draw_callout,
    draw_controls,
    draw_countdown,
    draw_hold,
    draw_next,
)
from tetris_arcade.scenes.play.person_scene import PersonScene, new_seed
from tetris_arcade.scenes.play.result_table import ResultTable, game_result
from tetris_arcade.scenes.play.review import ReviewedGame, ReviewScene
from tetris_arcade.scenes.play.solo_layout import solo_layout
from tetris_arcade.scenes.play.solo_stats import draw_solo_stats
from tetris_arcade.services.default_player import default_player
from tetris_arcade.storage.high_scores import HighScores, Period
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.widgets.played_board import draw_played_board
from tetris_arcade.worker.shared.messages import Report

_RESULT_AFTER_SECONDS = 1.2
"""A player who still presses buttons when the game ends chooses nothing by that."""


class SoloScene(PersonScene):
    """Plays one form of the game.

    level: at which it starts. make_seed: gives each game its pieces. coach: the model that can advise, None
    for the best one. A game with advice enters no table.
    """

    title = "Game"

    def __init__(
        self,
        context: Context,
        mode: GameMode,
        level: int = 1,
        make_seed: Callable[[], int] = new_seed,
        coach: str | None = None,
    ) -> None:
        self._mode, self._level, self._make_seed = mode, level, make_seed
        self._model = coach or default_player(context.paths)
        self._coach = Coach(context, self._model)
        super().__init__(context)

    # --- The coach ---

    def restart(self) -> None:
        self._coach.start_game()
        self._record = self._find_record()
        super().restart()

    # --- The record ---

    def _find_record(self) -> int | None:
        """The best score in the table of the form, None if there is none, or if less is better."""
        if self._mode.ranked_by != "score":
            return None
        table = HighScores(self.context.paths).table(self._mode.key, "ever", datetime.now())
        return table[0].value if table else None

    def _follow_record(self) -> None:
        """Note once that the score is better than all before; a game with advice enters no table."""
        if self._record is None or self._coach.has_helped or self.game.tally.score <= self._record:
            return
        self._record = None
        self._person.effects.cross_record()
        self.context.audio.play("record")

    def close(self) -> None:
        self._coach.close()
        super().close()

    def bindings(self) -> list[KeyBinding]:
        coach = bind(self._coach_text, self._coach.toggle, Action.COACH)
        pause, *others = super().bindings()
        return [pause, coach, *others]

    @property
    def _coach_text(self) -> str:
        return _("coach off") if self._coach.is_on else _("coach")

    def pause_entries(self) -> list[MenuEntry]:
        value = pgettext("switch", "on") if self._coach.is_on else pgettext("switch", "off")
        return [MenuEntry("coach", _("Coach"), value, lambda by: self._coach.toggle())]

    def update(self, now: float, dt: float) -> Transition | None:
        transition = super().update(now, dt)
        self._coach.follow(self.game)
        self._follow_record()
        return transition

    def on_report(self, source: str, report: Report) -> None:
        if source == "player":
            self._coach.on_report(report)

    def make_games(self) -> tuple[RealtimeGame, ...]:
        handling = self.context.settings.handling
        return (RealtimeGame(self._mode, self._make_seed(), handling, self._level),)

    def after_end(self, seconds: float) -> Transition | None:
        return None if seconds < _RESULT_AFTER_SECONDS else Push(self._next_screen())

    def _next_screen(self) -> Scene:
        """The result; before it the letters, if the game is good enough for a table."""
        result, context = game_result(self.game), self.context
        if result is None or context.another_program_writes or self._coach.has_helped:
            return self._result_menu()
        table = ResultTable(context, self._mode, result)
        if not table.ranks:
            return self._result_menu()

        def save(name: str | None) -> Transition:
            return Replace(self._result_menu({} if name is None else table.save(name)))

        return InitialsScene(context, table.heading, save, table.is_refused)

    def _result_menu(self, ranks: Mapping[Period, int] | None = None) -> ResultMenu:
        return ResultMenu(
            self.context,
            self.game,
            self,
            ranks,
            watch=self._watch,
            review=self._review,
            has_advice=self._coach.has_helped,
        )

    def _review(self) -> Transition:
        """See what the model makes of the game; the coach's process is needed for that."""
        if self._coach.is_on:
            self._coach.toggle()
        game = ReviewedGame.of_person(_("You"), self.game, self.saved_file)
        return Push(ReviewScene(self.context, game, self._model))

    def _watch(self) -> Transition:
        """See the game again."""
        return Push(GameReplayScene(self.context, Recording.of(self.game), self.saved_file))

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        layout, game = solo_layout(canvas), self.game
        well = draw_played_board(canvas, layout.board, self._person.board, dim=self.hides_board)
        draw_hold(canvas, layout.hold, game)
        draw_next(canvas, layout.next, game, is_hidden=self.hides_board)
        draw_callout(canvas, layout.callout, self._person.callout)
        draw_solo_stats(canvas, layout.stats, game)
        if self._coach.is_on:
            self._coach.draw_panel(canvas, layout.controls)
            if not self.hides_board:
                self._coach.draw_ghosts(canvas, well)
        else:
            draw_controls(canvas, layout.controls, self.context.key_hints, CONTROL_HINTS)
        self.draw_start(canvas, well)
        if game.end is not None and not self._is_covered:
            draw_countdown(canvas, well, _("FINISHED") if game.end.is_finished else _("GAME OVER"))
        canvas.explain(well, _("Your board: fill rows to clear them"))
        canvas.explain(layout.hold, _("A piece put aside; exchange it once per piece"))
        canvas.explain(layout.next, _("The next five pieces"))
        canvas.explain(layout.stats, _(self._mode.description))
