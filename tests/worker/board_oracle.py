"""The move of a BOARD record, recomputed independently."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tetris_arcade.engine.tetromino import decode_action, orientation, placement_col


def board_after(board: Any) -> NDArray[np.uint8]:
    """The cells after the move that a record shows."""
    height = int(board["height"])
    cells = board["cells"][:height].copy()
    piece, (_, rotation) = int(board["piece"]), decode_action(int(board["action"]))
    shape = orientation(piece, rotation)
    row, col = int(board["row"]), int(board["col"])
    assert col == placement_col(piece, int(board["action"]))
    assert rotation == board["rotation"]
    place = cells[row : row + shape.height, col : col + shape.width]
    assert not place[shape.cells].any()
    place[shape.cells] = piece + 1
    full = cells.all(axis=1)
    assert np.array_equal(full, board["cleared"][:height])
    return np.concatenate([np.zeros((full.sum(), 10), np.uint8), cells[~full]])
