"""Games that the window plays by itself, without the player process and at once."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.config.paths import asset
from tetris_arcade.engine.tetromino import NUM_COLS, QUEUE_SIZE, orientation
from tetris_arcade.services.default_player import CHAMPION
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.piece_animation import MoveAnimation

_FILE_NAME = "stored_games.json"
_DEFAULT_NEXT = (0,) * QUEUE_SIZE


class LocalGame(ABC):
    """Plays one piece after the other, and starts again on an empty board when it can go no further.

    A subclass chooses the placements. moves: how many moves to play before the game is shown.
    """

    def __init__(self, height: int, move_seconds: float, moves: int = 0) -> None:
        self.move_seconds = move_seconds
        self.progress = 0.0
        self._animation = MoveAnimation()
        self._moves = 0
        self._empty = BoardModel(np.zeros((height, NUM_COLS), np.uint8))
        self.view = self._next_move(self._empty)
        for _ in range(moves):
            self.view = self._next_move(self.view)
        while moves and not self.view.cells.any():  # a new game happens to start here
            self.view = self._next_move(self.view)

    def advance(self, dt: float) -> None:
        """Advance by `dt` seconds."""
        self.progress = self._animation.advance(self.view, dt, is_paused=False)
        if self.progress >= 1.0:
            self.view = self._next_move(self.view)

    @abstractmethod
    def _choose(self) -> tuple[int, int, tuple[int, ...]]:
        """(the next piece, its action, the pieces after it)."""

    @property
    def _starts_again(self) -> bool:
        """Whether the next piece is the first of a new game."""
        return False

    def _next_move(self, before: BoardModel) -> BoardModel:
        """The move after another one; on an empty board if the piece does not fit any more."""
        is_new = self._starts_again
        piece, action, next_pieces = self._choose()
        if is_new or before.is_empty or _drop(_after_move(before), piece, action)[1] < 0:
            before = self._empty
        cells = _after_move(before)
        rotation, row, col = _drop(cells, piece, action)
        self._moves += 1
        move = BoardModel(
            cells,
            piece,
            action,
            rotation,
            row,
            col,
            next_pieces=next_pieces,
            pieces=before.pieces + 1,
            move=self._moves,
            move_seconds=self.move_seconds,
        )
        full = tuple(np.flatnonzero(_with_piece(move).all(axis=1)).tolist())
        # As the package scores: one point per piece, and ten times the square of the lines.
        score = before.score + 1 + 10 * len(full) ** 2
        return replace(move, cleared=full, lines=before.lines + len(full), score=score)


class StoredGame(LocalGame):
    """A game of a shipped player, from the file of stored games; the champion's for all other names."""

    def __init__(self, name: str, move_seconds: float, moves: int = 0) -> None:
        self.name = name if name in _stored_games() else CHAMPION
        self._pieces, self._actions = _stored_games()[self.name]
        self._next = 0
        super().__init__(20, move_seconds, moves)

    @property
    def _starts_again(self) -> bool:
        return self._next % len(self._pieces) == 0

    def _choose(self) -> tuple[int, int, tuple[int, ...]]:
        at = self._next % len(self._pieces)
        self._next = at + 1
        following = (*self._pieces[at + 1 : at + 1 + QUEUE_SIZE], *_DEFAULT_NEXT)[:QUEUE_SIZE]
        return self._pieces[at], self._actions[at], following


@cache
def _stored_games() -> dict[str, tuple[Sequence[int], Sequence[int]]]:
    """(pieces, actions) of each stored game, by its player's name."""
    games = json.loads(asset(_FILE_NAME).read_text())
    return {name: ([int(piece) for piece in game["pieces"]], game["actions"]) for name, game in games.items()}


def _drop(cells: NDArray[np.uint8], piece: int, action: int) -> tuple[int, int, int]:
    return BoardModel(cells, piece).drop(action)


def _with_piece(view: BoardModel) -> NDArray[np.uint8]:
    """The cells with the piece where it lands, before full rows are removed."""
    cells, shape = view.cells.copy(), orientation(view.piece, view.rotation)
    cells[view.row : view.row + shape.height, view.col : view.col + shape.width][shape.cells] = view.piece + 1
    return cells


def _after_move(view: BoardModel) -> NDArray[np.uint8]:
    """The cells after the move, without the full rows."""
    if view.is_empty:
        return view.cells
    cells = _with_piece(view)
    left = np.delete(cells, view.cleared, axis=0)
    return np.concatenate([np.zeros((len(view.cleared), NUM_COLS), np.uint8), left])
