"""The state of many games as arrays, and the totals of the games that a step ended."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.observations import ObservedState
from tetris_arcade.engine.randomizer import GENERATOR_WORDS, seed_generator
from tetris_arcade.engine.tetromino import NUM_COLS, NUM_PIECES, QUEUE_SIZE

RUNNING, TERMINATED, TRUNCATED = 0, 1, 2
START_STATE_WORDS = GENERATOR_WORDS + 1
"""The generator and the garbage counter at the start of a game."""


class GameStates(NamedTuple):
    """The whole state of N games. Copying these arrays saves it, copying them back restores it exactly."""

    columns: NDArray[np.int64]  # [N, 10]
    piece: NDArray[np.int64]  # [N] the active piece
    queue: NDArray[np.int64]  # [N, 4] the next pieces
    bag: NDArray[np.int8]  # [N, 8]
    generator: NDArray[np.uint64]  # [N, 6]
    garbage: NDArray[np.uint64]  # [N, 1]
    lines: NDArray[np.int64]  # [N] of the running game, as the next four
    pieces: NDArray[np.int64]  # [N]
    score: NDArray[np.int64]  # [N]
    tetrises: NDArray[np.int64]  # [N] four-line clears
    reward: NDArray[np.float64]  # [N]
    start_state: NDArray[np.uint64]  # [N, 7] generator and garbage at the start of the running game

    @property
    def observed(self) -> ObservedState:
        """The part that observations are computed from."""
        return ObservedState(self.columns, self.piece, self.queue, self.pieces)


class EndedGames(NamedTuple):
    """The totals of the games that a step ended; in rows of other games only `status` is up to date."""

    status: NDArray[np.int8]  # [N] RUNNING, TERMINATED or TRUNCATED
    kept_rotation: NDArray[np.int8]  # [N] see `play_move`
    lines: NDArray[np.int64]  # [N]
    pieces: NDArray[np.int64]  # [N]
    score: NDArray[np.int64]  # [N]
    reward: NDArray[np.float64]  # [N]
    columns: NDArray[np.int64]  # [N, 10]
    piece: NDArray[np.int64]  # [N]
    queue: NDArray[np.int64]  # [N, 4]
    start_state: NDArray[np.uint64]  # [N, 7]

    @property
    def observed(self) -> ObservedState:
        """The part that the last observations are computed from."""
        return ObservedState(self.columns, self.piece, self.queue, self.pieces)


def new_games(seeds: list[int]) -> GameStates:
    """Allocate games with seeded randomizers; `reset_games` starts them."""
    n = len(seeds)
    return GameStates(
        columns=np.zeros((n, NUM_COLS), np.int64),
        piece=np.zeros(n, np.int64),
        queue=np.zeros((n, QUEUE_SIZE), np.int64),
        bag=np.zeros((n, NUM_PIECES + 1), np.int8),
        generator=np.array([seed_generator(seed) for seed in seeds], np.uint64).reshape(n, GENERATOR_WORDS),
        garbage=np.array([[seed % 2**64] for seed in seeds], np.uint64),
        lines=np.zeros(n, np.int64),
        pieces=np.zeros(n, np.int64),
        score=np.zeros(n, np.int64),
        tetrises=np.zeros(n, np.int64),
        reward=np.zeros(n, np.float64),
        start_state=np.zeros((n, START_STATE_WORDS), np.uint64),
    )


def new_ended(n: int) -> EndedGames:
    """Allocate an EndedGames for n games."""
    return EndedGames(
        status=np.zeros(n, np.int8),
        kept_rotation=np.zeros(n, np.int8),
        lines=np.zeros(n, np.int64),
        pieces=np.zeros(n, np.int64),
        score=np.zeros(n, np.int64),
        reward=np.zeros(n, np.float64),
        columns=np.zeros((n, NUM_COLS), np.int64),
        piece=np.zeros(n, np.int64),
        queue=np.zeros((n, QUEUE_SIZE), np.int64),
        start_state=np.zeros((n, START_STATE_WORDS), np.uint64),
    )
