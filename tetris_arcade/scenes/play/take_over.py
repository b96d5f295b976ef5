"""A person plays on where a model was, in real time, and gives the game back."""

from __future__ import annotations

from collections.abc import Callable

from tetris_arcade.config.game_position import GamePosition
from tetris_arcade.languages import N_, _
from tetris_arcade.realtime.game import RealtimeGame
from tetris_arcade.realtime.taken_game import give_back, take_over
from tetris_arcade.scenes.base import KeyBinding, Pop, Transition, bind
from tetris_arcade.scenes.context import Context
from tetris_arcade.scenes.menu_scene import MenuEntry
from tetris_arcade.scenes.play.person_panels import (
    CONTROL_HINTS,
    draw_callout,
    draw_controls,
    draw_countdown,
    draw_hold,
    draw_next,
)
from tetris_arcade.scenes.play.person_scene import PersonScene, new_seed
from tetris_arcade.scenes.play.solo_layout import solo_layout
from tetris_arcade.scenes.play.solo_stats import draw_solo_stats
from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.input import Action
from tetris_arcade.ui.widgets.played_board import draw_played_board

_LEAVE_AFTER_SECONDS = 2.0

GiveBack = Callable[[GamePosition | None], Transition]
"""Called with the position that is given back, None if the game is over; says where to go."""


class TakeOverScene(PersonScene):
    """The board and the pieces are those of the model; the rules are those of people."""

    title = N_("Your turn")
    saves_game = False
    restart_text = N_("again from here")

    def __init__(self, context: Context, position: GamePosition, on_give_back: GiveBack) -> None:
        self._position, self._on_give_back = position, on_give_back
        self._gives_back = False
        super().__init__(context)

    def make_games(self) -> tuple[RealtimeGame, ...]:
        return (take_over(self._position, new_seed(), self.context.settings.handling),)

    # --- Giving it back ---

    def bindings(self) -> list[KeyBinding]:
        pause, *others = super().bindings()
        return [bind(_("give it back"), self._give_back, Action.TAKE_OVER), pause, *others]

    def pause_entries(self) -> list[MenuEntry]:
        return [MenuEntry("give_back", _("Give it back"), choose=self._give_back_soon)]

    def _give_back_soon(self) -> Transition:
        """Give it back once the menu is closed."""
        self._gives_back = True
        return Pop()

    def _give_back(self) -> Transition:
        return self._on_give_back(give_back(self.game, self._position))

    def update(self, now: float, dt: float) -> Transition | None:
        transition = super().update(now, dt)
        return self._give_back() if self._gives_back else transition

    def after_end(self, seconds: float) -> Transition | None:
        return self._on_give_back(None) if seconds >= _LEAVE_AFTER_SECONDS else None

    # --- Drawing ---

    def draw(self, canvas: Canvas) -> None:
        layout, game = solo_layout(canvas, self._position.height), self.game
        well = draw_played_board(canvas, layout.board, self._person.board, dim=self.hides_board)
        draw_hold(canvas, layout.hold, game)
        draw_next(canvas, layout.next, game, is_hidden=self.hides_board)
        draw_callout(canvas, layout.callout, self._person.callout)
        draw_solo_stats(canvas, layout.stats, game)
        draw_controls(canvas, layout.controls, self.context.key_hints, CONTROL_HINTS)
        self.draw_start(canvas, well)
        if game.end is not None and not self._is_covered:
            draw_countdown(canvas, well, _("GAME OVER"))
        canvas.explain(well, _("The model's board, in your hands"))
        canvas.explain(layout.next, _("The pieces that the model would have got"))
        canvas.explain(layout.stats, _("What you have done so far"))
