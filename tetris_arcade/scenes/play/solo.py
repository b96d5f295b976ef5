"""A game for one person: marathon, 40 lines or two minutes."""

from __future__ import annotations

from collections.abc import Callable

from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.modes import GameMode
from tetris_arcade.realtime.recording import Recording
from tetris_arcade.scenes.base import Push, Replace, Scene, Transition
from tetris_arcade.scenes.context import Context
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
from tetris_arcade.scenes.play.solo_layout import solo_layout
from tetris_arcade.scenes.play.solo_stats import draw_solo_stats
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.widgets.played_board import draw_played_board

_RESULT_AFTER_SECONDS = 1.2
"""A player who still presses buttons when the game ends chooses nothing by that."""


class SoloScene(PersonScene):
    """Plays one form of the game. level: at which it starts. make_seed: gives each game its pieces."""

    title = "Game"

    def __init__(
        self, context: Context, mode: GameMode, level: int = 1, make_seed: Callable[[], int] = new_seed
    ) -> None:
        self._mode, self._level, self._make_seed = mode, level, make_seed
        super().__init__(context)

    def make_game(self) -> RealtimeGame:
        return RealtimeGame(self._mode, self._make_seed(), self.context.settings.handling, self._level)

    def after_end(self, seconds: float) -> Transition | None:
        return None if seconds < _RESULT_AFTER_SECONDS else Push(self._next_screen())

    def _next_screen(self) -> Scene:
        """The result; before it the letters, if the game is good enough for a table."""
        result, context = game_result(self.game), self.context
        if result is None or context.another_program_writes:
            return ResultMenu(context, self.game, self, watch=self._watch)
        table = ResultTable(context, self._mode, result)
        if not table.ranks:
            return ResultMenu(context, self.game, self, watch=self._watch)

        def save(name: str | None) -> Transition:
            ranks = {} if name is None else table.save(name)
            return Replace(ResultMenu(context, self.game, self, ranks, watch=self._watch))

        return InitialsScene(context, table.heading, save, table.is_refused)

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
        draw_controls(canvas, layout.controls, self.context.key_hints, CONTROL_HINTS)
        self.draw_start(canvas, well)
        if game.end is not None and not self._is_covered:
            draw_countdown(canvas, well, "FINISHED" if game.end.is_finished else "GAME OVER")
        canvas.explain(well, "Your board: fill rows to clear them")
        canvas.explain(layout.hold, "A piece put aside; exchange it once per piece")
        canvas.explain(layout.next, "The next five pieces")
        canvas.explain(layout.stats, self._mode.description)
