"""The order of the pieces: each of the seven comes once before any comes again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import numpy as np

from tetris_arcade.engine.tetromino import NUM_PIECES


class SevenBag:
    """An endless sequence of pieces 0..6: that of a placement game with bag pieces and the same seed.

    first: pieces that come before it.
    """

    def __init__(self, seed: int, first: Iterable[int] = ()) -> None:
        self._generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))
        self._bag = np.arange(NUM_PIECES, dtype=np.int8)
        self._pieces: deque[int] = deque(first)

    def take(self) -> int:
        """Remove the next piece."""
        self._fill(1)
        return self._pieces.popleft()

    def peek(self, count: int) -> tuple[int, ...]:
        """The next pieces, which stay."""
        self._fill(count)
        return tuple(self._pieces[index] for index in range(count))

    def _fill(self, count: int) -> None:
        while len(self._pieces) < count:
            self._generator.shuffle(self._bag)
            self._pieces.extend(self._bag.tolist())
