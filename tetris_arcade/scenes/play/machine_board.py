"""The board of a model that plays against a person: a placement counts once it has landed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tetris_arcade.engine.tetromino import NUM_COLS
from tetris_arcade.realtime.machine_side import Landing
from tetris_arcade.scenes.play.board_player import BoardPlayer
from tetris_arcade.scenes.play.person import Callout
from tetris_arcade.ui.effects.board_effects import BoardEffects
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.piece_animation import pose

_CELLS_PER_PIECE, _MAX_LINES = 4, 4


@dataclass(frozen=True)
class LandedMove:
    """A placement that has landed. all_clear: whether the board is empty after it."""

    lines: int
    all_clear: bool


class MachineBoard:
    """Follows the model's board, and notes each placement once, even if no frame has shown its landing."""

    def __init__(self) -> None:
        self._board = BoardPlayer()
        self._move: tuple[int, int] | None = None
        """(game, move) of the placement that falls."""
        self._falling: LandedMove | None = None
        self._lines = 0
        """With those of the placement that falls."""

    @property
    def view(self) -> BoardModel:
        """The newest board, with the lines of what has landed."""
        falling = 0 if self._falling is None else self._falling.lines
        return replace(self._board.view, lines=self._board.view.lines - falling)

    @property
    def effects(self) -> BoardEffects:
        return self._board.effects

    @property
    def progress(self) -> float:
        """Of its move, 0..1."""
        return self._board.progress

    @property
    def game(self) -> int:
        """The serial number of the model's game."""
        return self._board.view.game

    def _unseen_moves(self, view: BoardModel) -> list[LandedMove]:
        """The placements before that of a board that no frame has shown, as after a frame that took long."""
        assert self._move is not None
        lines, moves = view.lines - len(view.cleared) - self._lines, []
        for _unseen in range(view.move - self._move[1] - 1):
            moves.append(LandedMove(min(max(lines, 0), _MAX_LINES), all_clear=False))
            lines -= moves[-1].lines
        return moves

    def show(self, record: Any, dt: float, *, is_paused: bool) -> list[LandedMove]:
        """Show the newest BOARD record, `dt` seconds after the last frame; returns what has landed."""
        self._board.show(record, dt, is_paused=is_paused)
        view, landed = self._board.view, []
        move = (view.game, view.move)
        if move != self._move:
            if self._move is not None and self._move[0] == view.game:
                landed += [] if self._falling is None else [self._falling]
                landed += self._unseen_moves(view)
            self._move, self._falling, self._lines = move, _falling_move(view), view.lines
        if self._falling is not None and pose(view, self.progress).is_locked:
            landed.append(self._falling)
            self._falling = None
        return landed


def landing_callout(landing: Landing) -> Callout | None:
    """What a placement of a model is called in an attack game, None if it is nothing remarkable."""
    names = landing.placement.names
    return Callout(names, 0, sent=landing.sent, cancelled=landing.cancelled) if names else None


def _falling_move(view: BoardModel) -> LandedMove | None:
    """The placement of a board's move, None if it has none."""
    if view.is_empty or view.landing is None:
        return None
    lines = len(view.cleared)
    cells_after = np.count_nonzero(view.cells) + _CELLS_PER_PIECE - lines * NUM_COLS
    return LandedMove(lines, all_clear=cells_after == 0)
