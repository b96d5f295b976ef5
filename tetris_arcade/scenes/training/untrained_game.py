"""A game of random placements: how an untrained model plays."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.tetromino import (
    NUM_ACTIONS,
    NUM_COLS,
    NUM_PIECES,
    NUM_ROTATIONS,
    orientation,
    placement_col,
)
from tetris_arcade.ui.widgets.board_model import BoardModel
from tetris_arcade.ui.widgets.piece_animation import MoveAnimation

_MOVE_SECONDS = 0.8


class UntrainedGame:
    """Plays by itself, one piece after the other, and starts again after a game over.

    moves: how many moves to play before the game is shown.
    """

    def __init__(self, pieces: str, height: int, seed: int, moves: int = 0) -> None:
        self.pieces = pieces
        self.progress = 0.0
        self._random = random.Random(seed)
        self._pieces = self._draw_pieces()
        self._animation = MoveAnimation()
        self._moves = 0
        self.view = self._next_move(np.zeros((height, NUM_COLS), np.uint8))
        for _ in range(moves):
            self.view = self._next_move(_after_move(self.view))

    def advance(self, dt: float) -> None:
        """Advance by `dt` seconds."""
        self.progress = self._animation.advance(self.view, dt, is_paused=False)
        if self.progress >= 1.0:
            self.view = self._next_move(_after_move(self.view))

    def _draw_pieces(self) -> Iterator[int]:
        while True:
            if self.pieces == "uniform":
                yield self._random.randrange(NUM_PIECES)
            else:
                yield from self._random.sample(range(NUM_PIECES), NUM_PIECES)

    def _next_move(self, cells: NDArray[np.uint8]) -> BoardModel:
        """The next move on a board; on an empty board if the piece does not fit any more."""
        self._moves += 1
        piece = next(self._pieces)
        action = self._random.choice([action for action in range(NUM_ACTIONS) if _fits(piece, action)])
        rotation, row, col = BoardModel(cells, piece).drop(action)
        if row < 0:
            cells = np.zeros_like(cells)
            rotation, row, col = BoardModel(cells, piece).drop(action)
        move = BoardModel(
            cells, piece, action, rotation, row, col, move=self._moves, move_seconds=_MOVE_SECONDS
        )
        full = tuple(np.flatnonzero(_with_piece(move).all(axis=1)).tolist())
        return replace(move, cleared=full)


def _fits(piece: int, action: int) -> bool:
    width = orientation(piece, action % NUM_ROTATIONS).width
    return 0 <= placement_col(piece, action) <= NUM_COLS - width


def _with_piece(view: BoardModel) -> NDArray[np.uint8]:
    """The cells with the piece where it lands, before full rows are removed."""
    cells, shape = view.cells.copy(), orientation(view.piece, view.rotation)
    cells[view.row : view.row + shape.height, view.col : view.col + shape.width][shape.cells] = view.piece + 1
    return cells


def _after_move(view: BoardModel) -> NDArray[np.uint8]:
    """The cells after the move, without the full rows."""
    cells = _with_piece(view)
    left = np.delete(cells, view.cleared, axis=0)
    return np.concatenate([np.zeros((len(view.cleared), NUM_COLS), np.uint8), left])
