"""A board that is shown move by move: its newest record, the progress of its move, and its effects."""

from __future__ import annotations

from typing import Any

from pygame import Rect

from tetris_arcade.ui.canvas import Canvas
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.effects.landing import Landing, LandingWatch
from tetris_arcade.ui.widgets.board import draw_board
from tetris_arcade.ui.widgets.board_model import BoardModel, empty_board
from tetris_arcade.ui.widgets.piece_animation import MoveAnimation
from tetris_arcade.worker.shared.board_record import read_board

_MIN_RECORD_LINES = 10
"""A game that is better than all before it is a record from here on."""


class BoardPlayer:
    """Follows one board from frame to frame.

    view: the newest board. progress: 0..1 of its move. landing: what has landed in the last frame.
    is_moving: whether something changed in the last frame. has_crossed_record: whether the game became the
    best on this board in the last frame.
    """

    def __init__(self) -> None:
        self.view = empty_board()
        self.progress = 1.0
        self.landing: Landing | None = None
        self.is_moving = self.has_crossed_record = False
        self.effects = BoardEffects()
        self._clock, self._watch = MoveAnimation(), LandingWatch()
        self._record = self._best_lines = 0
        self._record_game = self._forgotten_game = -1

    def show(self, record: Any, dt: float, *, is_paused: bool, shows_values: bool = False) -> None:
        """Show the newest BOARD record, `dt` seconds after the last frame."""
        self.show_view(read_board(record, BoardModel), dt, is_paused=is_paused, shows_values=shows_values)

    def show_view(
        self, view: BoardModel, dt: float, *, is_paused: bool = False, shows_values: bool = False
    ) -> None:
        """Show a board, `dt` seconds after the last frame."""
        self.show_moment(
            view, self._clock.advance(view, dt, is_paused=is_paused, shows_values=shows_values), dt
        )

    def show_moment(self, view: BoardModel, progress: float, dt: float) -> None:
        """Show a board at a progress of its move that another clock gives."""
        effects, before = self.effects, self.view
        effects.advance(dt)
        has_progressed = progress != self.progress
        self.view, self.progress = view, progress
        self.landing = self._watch.follow(view, progress)
        if view.game != before.game:
            effects.calm_down()
        if view.over and not before.over:
            effects.end()
        if self.landing is not None:
            effects.land(self.landing)
        self._follow_record(before)
        self.is_moving = has_progressed or effects.is_moving

    def forget_record(self) -> None:
        """Another player, or other rules: the games so far do not compare."""
        self._record = self._best_lines = 0
        self._forgotten_game = self.view.game

    def draw(self, canvas: Canvas, rect: Rect, **look: Any) -> Rect:
        """Draw the board with its effects, as `draw_board` does; returns the rectangle of its cells."""
        return draw_board(canvas, rect, self.view, self.progress, effects=self.effects, **look)

    def _follow_record(self, before: BoardModel) -> None:
        """Note when the game has more lines than all games before it on this board."""
        view = self.view
        if view.game != before.game:
            self._record = max(self._record, self._best_lines)
        is_known = view.game in (self._record_game, self._forgotten_game)
        has_more = view.lines > self._record >= _MIN_RECORD_LINES
        self.has_crossed_record = self.landing is not None and has_more and not is_known
        if view.game != self._forgotten_game:
            self._best_lines = max(self._best_lines, view.lines)
        if self.has_crossed_record:
            self._record_game = view.game
            self.effects.cross_record()
