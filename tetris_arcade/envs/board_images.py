"""Pictures of the games of a batch. The batch itself keeps only bits, so the colors are tracked here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.color_board import ColorBoard
from tetris_arcade.engine.game_state import GameStates
from tetris_arcade.engine.tetromino import GARBAGE, NUM_COLS, orientation

CELL_PX = 16
BORDER_PX = 4
_PIECE_ROWS = 4
"""Rows above the board, for the piece at hand."""
COLORS = np.array(
    [
        (16, 16, 24),  # empty
        (86, 180, 233),
        (240, 228, 66),
        (204, 121, 167),
        (0, 158, 115),
        (213, 94, 0),
        (0, 114, 178),
        (230, 159, 0),
        (128, 128, 128),  # garbage
        (40, 40, 52),  # above the board
    ],
    np.uint8,
)
"""Color of a cell by its number in `ColorBoard.cells`; the pieces' are those of Okabe and Ito."""
_ABOVE = GARBAGE + 1


class BoardImages:
    """The color boards of N games, kept up to date by their moves."""

    def __init__(self, num_envs: int, height: int) -> None:
        self._boards = [ColorBoard(height) for _ in range(num_envs)]

    def read(self, games: GameStates) -> None:
        """Start from boards whose pieces are unknown, or which are empty."""
        for board, columns in zip(self._boards, games.columns, strict=True):
            board.reset_from_columns(columns)

    def lock(self, pieces: NDArray[np.int64], actions: NDArray[np.int64]) -> None:
        """Lock a piece (N,) in each game."""
        for board, piece, action in zip(self._boards, pieces.tolist(), actions.tolist(), strict=True):
            board.lock(piece, action)

    def follow(self, games: GameStates, dones: NDArray[np.bool_]) -> None:
        """Take over what else a step did: garbage that rose, and new games."""
        for board, columns, is_over in zip(self._boards, games.columns, dones, strict=True):
            if is_over:
                board.clear()
            else:
                board.apply_garbage(columns)

    def draw(self, games: GameStates) -> list[NDArray[np.uint8]]:
        """A picture of each game, (H * 16 + 72, 168, 3): its board, and above it the piece at hand."""
        return [_draw(board, piece) for board, piece in zip(self._boards, games.piece.tolist(), strict=True)]


def _draw(board: ColorBoard, piece: int) -> NDArray[np.uint8]:
    above = np.full((_PIECE_ROWS, NUM_COLS), _ABOVE, np.uint8)
    shape = orientation(piece, 0)
    row, col = (_PIECE_ROWS - shape.height) // 2, (NUM_COLS - shape.width) // 2
    above[row : row + shape.height, col : col + shape.width][shape.cells] = piece + 1
    image = COLORS[np.concatenate((above, board.cells))].repeat(CELL_PX, axis=0).repeat(CELL_PX, axis=1)
    image[::CELL_PX] //= 2
    image[:, ::CELL_PX] //= 2
    return np.pad(image, ((BORDER_PX, BORDER_PX), (BORDER_PX, BORDER_PX), (0, 0)))
