"""A game that any placement at all is played in: how an agent begins that has learnt nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator

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
    """Plays by itself, one piece after the other; a game that is lost begins again. `moves` have been made
    when it begins to be seen."""

    def __init__(self, pieces: str, height: int, seed: int, moves: int = 0) -> None:
        self.pieces = pieces
        self.progress = 0.0
        self._random = random.Random(seed)
        self._coming = self._draw_pieces()
        self._clock = MoveAnimation()
        self._moves = 0
        self.view = self._next_move(np.zeros((height, NUM_COLS), np.uint8))
        for _ in range(moves):
            self.view = self._next_move(_settled(self.view))

    def advance(self, dt: float) -> None:
        """Let `dt` seconds go by."""
        self.progress = self._clock.advance(self.view, dt, is_paused=False)
        if self.progress >= 1.0:
            self.view = self._next_move(_settled(self.view))

    def _draw_pieces(self) -> Iterator[int]:
        while True:
            if self.pieces == "uniform":
                yield self._random.randrange(NUM_PIECES)
            else:
                yield from self._random.sample(range(NUM_PIECES), NUM_PIECES)

    def _next_move(self, cells: NDArray[np.uint8]) -> BoardModel:
        """The next piece on a board, or on an empty one where it finds no place."""
        self._moves += 1
        piece = next(self._coming)
        values = np.full(NUM_ACTIONS, np.nan, np.float32)
        action = self._random.choice([action for action in range(NUM_ACTIONS) if _fits(piece, action)])
        values[action] = 0.0
        spot = BoardModel(cells, piece, values=values).best_spots[0]
        if spot[1] < 0:
            cells = np.zeros_like(cells)
            spot = BoardModel(cells, piece, values=values).best_spots[0]
        rotation, row, col = spot
        move = BoardModel(cells, piece, action, rotation, row, col)
        full = tuple(np.flatnonzero(_with_piece(move).all(axis=1)).tolist())
        return BoardModel(
            cells,
            piece,
            action,
            rotation,
            row,
            col,
            cleared=full,
            move=self._moves,
            move_seconds=_MOVE_SECONDS,
        )


def _fits(piece: int, action: int) -> bool:
    width = orientation(piece, action % NUM_ROTATIONS).width
    return 0 <= placement_col(piece, action) <= NUM_COLS - width


def _with_piece(view: BoardModel) -> NDArray[np.uint8]:
    """The board with the piece where it lands, full rows and all."""
    cells, shape = view.cells.copy(), orientation(view.piece, view.rotation)
    cells[view.row : view.row + shape.height, view.col : view.col + shape.width][shape.cells] = view.piece + 1
    return cells


def _settled(view: BoardModel) -> NDArray[np.uint8]:
    """The board after the move, full rows gone."""
    cells = _with_piece(view)
    left = np.delete(cells, view.cleared, axis=0)
    return np.concatenate([np.zeros((len(view.cleared), NUM_COLS), np.uint8), left])
