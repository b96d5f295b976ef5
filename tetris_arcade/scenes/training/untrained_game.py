"""A game of random placements: how an untrained model plays."""

from __future__ import annotations

import itertools
import random
from collections import deque
from collections.abc import Iterator

from tetris_arcade.engine.tetromino import (
    NUM_ACTIONS,
    NUM_COLS,
    NUM_PIECES,
    NUM_ROTATIONS,
    QUEUE_SIZE,
    orientation,
    placement_col,
)
from tetris_arcade.scenes.local_game import LocalGame

_MOVE_SECONDS = 0.8


class UntrainedGame(LocalGame):
    """Places the pieces at random. moves: how many moves to play before the game is shown."""

    def __init__(self, pieces: str, height: int, seed: int, moves: int = 0) -> None:
        self.pieces = pieces
        self._random = random.Random(seed)
        self._pieces = self._draw_pieces()
        self._queue = deque(itertools.islice(self._pieces, QUEUE_SIZE))
        super().__init__(height, _MOVE_SECONDS, moves)

    def _choose(self) -> tuple[int, int, tuple[int, ...]]:
        piece = self._queue.popleft()
        self._queue.append(next(self._pieces))
        action = self._random.choice([action for action in range(NUM_ACTIONS) if _fits(piece, action)])
        return piece, action, tuple(self._queue)

    def _draw_pieces(self) -> Iterator[int]:
        while True:
            if self.pieces == "uniform":
                yield self._random.randrange(NUM_PIECES)
            else:
                yield from self._random.sample(range(NUM_PIECES), NUM_PIECES)


def _fits(piece: int, action: int) -> bool:
    width = orientation(piece, action % NUM_ROTATIONS).width
    return 0 <= placement_col(piece, action) <= NUM_COLS - width
